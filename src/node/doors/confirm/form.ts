import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { encodeUtf8 } from '../../../base/bytes.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { CONFIRM_FORM_SIZE_BYTES_MAX } from '../../../base/limits.ts';

/** What a person sends from a window that confirms: taken from that window alone. */

/** @throws ACCESS_DENIED for a form that this server's own page did not send */
export function assertOwnForm(request: IncomingMessage, origin: string): void {
  if (request.headers.origin !== origin) throw denied('The form comes from another page.');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw denied('The form comes from another page.');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw denied('That is not the form of this page.');
}

/** @throws LIMIT_EXCEEDED */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > CONFIRM_FORM_SIZE_BYTES_MAX) throw new QuantumLockError('LIMIT_EXCEEDED', 'the form is too long');
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

export function denied(message: string): QuantumLockError {
  return new QuantumLockError('ACCESS_DENIED', message, { advice: 'Open the window again from the console.' });
}

/** Compares in a time that does not reveal where they differ. */
export function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [encodeUtf8(left), encodeUtf8(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
