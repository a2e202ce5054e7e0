import { createHash, createHmac } from 'node:crypto';

import { S3_KEYS } from './s3-server.ts';

/** What an administrator of a store asks of it by its own interface, and the product never does: signed by AWS Signature Version 4. */

const REGION = 'us-east-1';
const EMPTY = createHash('sha256').update('').digest('hex');

/** Sends a request without a body. */
export async function s3Request(
  method: 'PUT' | 'GET' | 'DELETE',
  url: URL,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const signed: Readonly<Record<string, string>> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': time,
  };
  const response = await fetch(url, { method, headers: { ...signed, authorization: authorize(method, url, signed) } });
  return { status: response.status, text: await response.text() };
}

function authorize(method: string, url: URL, headers: Readonly<Record<string, string>>): string {
  const names = Object.keys(headers).toSorted();
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const canonical = [
    method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    EMPTY,
  ].join('\n');
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope
    .split('/')
    .reduce(
      (secret: string | Buffer, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${S3_KEYS.secretAccessKey}`,
    );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${S3_KEYS.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

export interface LockedObject {
  /** `COMPLIANCE`, and Unix milliseconds. */
  readonly mode: string;
  readonly until: number;
  /** The ids of its versions; what was deleted leaves a marker, which is none. */
  readonly versions: readonly string[];
}

/** What a store says of an object and of all of its versions. */
export async function lockOf(bucket: URL, key: string, version: string): Promise<Pick<LockedObject, 'mode' | 'until'>> {
  const { text } = await s3Request('GET', at(bucket, key, { retention: '', versionId: version }));
  return {
    mode: /<Mode>(\w+)<\/Mode>/.exec(text)?.[1] ?? text,
    until: Date.parse(/<RetainUntilDate>([^<]+)<\/RetainUntilDate>/.exec(text)?.[1] ?? ''),
  };
}

export async function versionsOf(bucket: URL, key: string): Promise<readonly string[]> {
  const { text } = await s3Request('GET', at(bucket, '', { versions: '', prefix: key }));
  return [...text.matchAll(/<Version>(.*?)<\/Version>/gs)].flatMap(([, version = '']) =>
    version.includes(`<Key>${key}</Key>`) ? [/<VersionId>([^<]+)</.exec(version)?.[1] ?? ''] : [],
  );
}

export async function deleteVersion(bucket: URL, key: string, version: string): Promise<number> {
  return (await s3Request('DELETE', at(bucket, key, { versionId: version }))).status;
}

function at(bucket: URL, key: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(`${bucket.href}/${key}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
