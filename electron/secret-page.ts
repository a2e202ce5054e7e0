import type { SecretQuestion } from '../src/node/host/surface.ts';
import { KEEP_UNLOCKED, problemOf, secretFields, warningsOf } from '../src/node/doors/confirm/parts.ts';
import { documentOf } from '../src/node/doors/confirm/document.ts';
import { CONFIRM_STYLE } from '../src/node/doors/confirm/style.ts';
import { html, NOTHING } from '../src/node/doors/html.ts';

/** The window that asks for a passphrase has a scheme, an origin and a session of its own. */
export const SECRET_SCHEME = 'quantum-lock-secret';
export const SECRET_URL: string = `${SECRET_SCHEME}://window/`;
const STYLE_PATH = '/confirm.css';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Whether an address is the window's own. */
export function isSecretContent(address: string): boolean {
  return address === SECRET_URL || address === new URL(STYLE_PATH, SECRET_URL).href;
}

/** Answers the window's two requests: what is asked, and its style. There is no script in it. */
export function serveSecretPage(current: () => SecretQuestion | undefined): (request: Request) => Promise<Response> {
  return async ({ url, method }) => {
    const question = current();
    if (method !== 'GET' || question === undefined || !isSecretContent(url))
      return new Response('not found', { status: 404, headers: { ...HEADERS, 'content-type': 'text/plain' } });
    return url === SECRET_URL
      ? new Response(renderSecretPage(question), {
          headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' },
        })
      : new Response(CONFIRM_STYLE, { headers: { ...HEADERS, 'content-type': 'text/css; charset=utf-8' } });
  };
}

function renderSecretPage({ sentence, warnings, asks, mayKeep, button, problem }: SecretQuestion): string {
  return documentOf({
    title: 'Passphrase',
    styles: [STYLE_PATH],
    body: html`<main class="message">
      <p class="where">
        <strong>Quantum-Lock asks for your passphrase.</strong> The console’s page cannot see this window.
      </p>
      <h1>${sentence}</h1>
      ${warningsOf(warnings)}
      <form autocomplete="off">
        ${problemOf(problem)}
        <div class="fields">${secretFields(asks, { isFirst: true })}</div>
        ${mayKeep ? KEEP_UNLOCKED : NOTHING}
        <div class="actions">
          <button class="sign" type="submit" name="decision" value="yes">${button}</button>
          <button type="submit" name="decision" value="no" formnovalidate>Cancel</button>
        </div>
      </form>
    </main>`,
  });
}
