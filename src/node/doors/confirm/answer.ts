import type { ServerResponse } from 'node:http';
import { encodeUtf8 } from '../../../base/bytes.ts';
import { CLOSING_SCRIPT_SOURCE } from './document.ts';
import { renderMessagePage } from './outcome.ts';

/** Nothing runs, nothing frames it, and its form goes nowhere else. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Under no-referrer a browser sends `Origin: null` with this page's own form (Fetch, "append a request Origin header").
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
  // The page that opens the window chooses no place in it: no text fragment, and no scroll position of before.
  'Document-Policy': 'force-load-at-top',
};

const HTML = 'text/html; charset=utf-8';
/** Of the pages that say how it ended: they close themselves. */
const CLOSING = { 'Content-Security-Policy': `${POLICY}; script-src ${CLOSING_SCRIPT_SOURCE}` };

export function answerWithStyle(response: ServerResponse, css: string): void {
  answer(response, 200, { 'Content-Type': 'text/css; charset=utf-8' }, css);
}

/** A page that asks, shown again when what it says would no longer be so. */
export function answerWithForm(
  response: ServerResponse,
  status: number,
  page: { readonly html: string; readonly path: string; readonly refreshMs: number },
): void {
  // By its path: the address in the window has a fragment, and going there again would load nothing.
  const refresh = `${Math.max(1, Math.ceil(page.refreshMs / 1000) + 1)};url=${page.path}`;
  answer(response, status, { 'Content-Type': HTML, Refresh: refresh }, page.html);
}

/** A page that says how it ended. */
export function answerWithEnd(response: ServerResponse, status: number, html: string): void {
  answer(response, status, { 'Content-Type': HTML, ...CLOSING }, html);
}

export function answerWithMessage(response: ServerResponse, status: number, title: string, text: string): void {
  answerWithEnd(response, status, renderMessagePage(title, text));
}

export function answerElsewhere(response: ServerResponse, location: string): void {
  response.writeHead(303, { ...HEADERS, Location: location }).end();
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const bytes = encodeUtf8(body);
  response.writeHead(status, { ...HEADERS, ...headers, 'Content-Length': bytes.length });
  response.end(bytes);
}
