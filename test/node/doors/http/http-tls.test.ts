import { readFileSync } from 'node:fs';
import { request } from 'node:https';

import { expect, test } from 'vitest';

import { askAt, httpFixture, sandboxMember } from './http-fixture.ts';

/** Made for this test, of ledger.example and 127.0.0.1; its key is known to all. */
const certificate = readFileSync(new URL('./certificate/certificate.pem', import.meta.url));
const key = readFileSync(new URL('./certificate/key.pem', import.meta.url));

/** Over TLS, and only where the certificate is the one that is expected. */
function askOver(
  port: number,
  path: string,
  {
    servername = 'ledger.example',
    method = 'GET',
    body,
    token,
  }: { servername?: string; method?: string; body?: unknown; token?: string },
): Promise<{ readonly status: number; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: `${servername}:${port}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      servername,
      ca: certificate,
      agent: false,
    });
    asked.on('error', reject).on('response', (response) => {
      const parts: Buffer[] = [];
      response
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown,
          }),
        );
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test('over TLS another address than loopback is served, by the name that the certificate is of', async () => {
  const { door, sandbox, answerOver } = await httpFixture({
    address: '127.0.0.1',
    hostNames: ['ledger.example'],
    tls: { certificate, key },
  });
  const ask = (path: string, asked: Parameters<typeof askOver>[2] = {}) => askOver(door.port, path, asked);
  expect(door.origin).toBe(`https://ledger.example:${door.port}`);
  expect(await ask('/blockchain/status')).toMatchObject({ status: 401, body: { code: 'LOG_IN_REQUIRED' } });
  await expect(ask('/blockchain/status', { servername: 'evil.example' })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  const post = (path: string, body: unknown) => ask(path, { method: 'POST', body });
  const answer = await answerOver(await sandboxMember(sandbox, 'Operations 1'), post);
  const { status, body } = await post('/blockchain/log-in/token', answer);
  expect(status).toBe(200);
  const { token } = body as { token: string };
  expect(await ask('/blockchain/status', { token })).toMatchObject({ status: 200, body: { height: 0 } });
  // What is not TLS is no request.
  await expect(askAt(door.port, '/blockchain/status', {})).rejects.toThrow();
});
