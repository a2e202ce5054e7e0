import type { IncomingMessage } from 'node:http';
import { QuantumLockError } from '../../../base/errors.ts';
import { HTTP_BODY_SIZE_BYTES_MAX } from '../../../base/network-limits.ts';

/** The JSON of a request's body. @throws INPUT_INVALID, LIMIT_EXCEEDED */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    throw new QuantumLockError('INPUT_INVALID', 'the body is to be application/json', {
      advice: 'Send the header Content-Type: application/json, and JSON in UTF-8.',
    });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > HTTP_BODY_SIZE_BYTES_MAX)
      throw new QuantumLockError('LIMIT_EXCEEDED', `the body is larger than ${HTTP_BODY_SIZE_BYTES_MAX} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', 'the body is not JSON in UTF-8', { cause });
  }
}
