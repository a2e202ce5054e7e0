import { createHash } from 'node:crypto';
import { Html, html } from '../html.ts';

/**
 * The one script of this server, on the pages that say how a review ended and on no other: the window closes itself. The
 * policy of those pages names its hash, so nothing else runs there; what asks for a signature has no script at all.
 */
const CLOSING = 'setTimeout(() => globalThis.close(), 3000);';
export const CLOSING_SCRIPT = new Html(`<script>${CLOSING}</script>`);
/** As a content security policy names it. */
export const CLOSING_SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(CLOSING).digest('base64')}'`;

export function documentOf(page: {
  readonly title: string;
  readonly styles: readonly string[];
  readonly body: Html;
}): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title} · Quantum-Lock</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.styles.map((style) => html`<link rel="stylesheet" href="${style}" />`)}
      </head>
      <body>
        ${page.body}
      </body>
    </html> `.text;
}
