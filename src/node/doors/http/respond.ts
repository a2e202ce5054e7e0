import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpProblem } from './http-problem.ts';

const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-site',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const;

export const JSON_TYPE = 'application/json; charset=utf-8';

/** JSON with its entity tag (RFC 9110, 8.8.3). */
export interface Tagged {
  readonly text: string;
  readonly tag: string;
}

export function tagged(body: unknown): Tagged {
  const text = JSON.stringify(body);
  return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` };
}

/** A client that has the same already is told so, and sent nothing. */
export function respondTagged(request: IncomingMessage, response: ServerResponse, { text, tag }: Tagged): number {
  if (request.method === 'GET' && hasTag(request, tag)) {
    response.writeHead(304, { ...COMMON_HEADERS, ETag: tag, 'Cache-Control': 'private, no-cache' }).end();
    return 304;
  }
  const caching = request.method === 'GET' ? 'private, no-cache' : 'no-store';
  response.writeHead(200, { ...headersOf(text, caching), ETag: tag }).end(text);
  return 200;
}

function headersOf(text: string, caching: string): Record<string, string | number> {
  return {
    ...COMMON_HEADERS,
    'Content-Type': JSON_TYPE,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': caching,
  };
}

function hasTag(request: IncomingMessage, tag: string): boolean {
  const known = request.headers['if-none-match'];
  return known?.split(',').some((each) => each.trim().replace(/^W\//, '') === tag) === true;
}

/** A page that is served as it is. */
export function respondPage(response: ServerResponse, html: string, policy: string): number {
  response.writeHead(200, {
    ...COMMON_HEADERS,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-cache',
  });
  response.end(html);
  return 200;
}

/** An error as every door over HTTP says it: code, message, what to do. */
export function respondProblem(
  request: IncomingMessage,
  response: ServerResponse,
  { error, status }: HttpProblem,
): number {
  const wait = error.context['retry_after_s'];
  if (typeof wait === 'number') response.setHeader('Retry-After', String(wait));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  // What is left of a body that nobody reads must not be taken for the next request.
  if (!request.complete) response.shouldKeepAlive = false;
  const text = JSON.stringify(error.toValue());
  response.writeHead(status, headersOf(text, 'no-store')).end(text);
  return status;
}
