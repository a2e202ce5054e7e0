import { SIGNING_SESSION_TTL_MS } from '../../../base/limits.ts';
import { againOf, SECRET_FIELDS, type SecretName } from '../../host/asked-secrets.ts';
import { html, NOTHING, type Html } from '../html.ts';

/** A field for each passphrase that is asked for; a new one is typed twice. */
export function secretFields(asks: readonly SecretName[], { isFirst = false } = {}): Html {
  return html`${asks.map((name, index) => {
    const { label, hint, isNew } = SECRET_FIELDS[name];
    const again = isNew
      ? html`<div>
          <label for="${againOf(name)}">The same again</label>
          <input id="${againOf(name)}" type="password" name="${againOf(name)}" required autocomplete="off" />
        </div>`
      : NOTHING;
    return html`<div>
        <label for="${name}">${label}</label>
        <input
          id="${name}"
          type="password"
          name="${name}"
          required
          ${isFirst && index === 0 ? html`autofocus` : NOTHING}
          autocomplete="off"
        />
        ${hint === '' ? NOTHING : html`<p class="hint">${hint}</p>`}
      </div>
      ${again}`;
  })}`;
}

/** The code that distinguishes the person from the page: anyone who can type it sees the terminal of the console. */
export function codeField({ isFirst = false } = {}): Html {
  return html`<div>
    <label for="code">Signing code</label>
    <input
      id="code"
      type="text"
      name="code"
      required
      ${isFirst ? html`autofocus` : NOTHING}
      autocomplete="off"
      inputmode="numeric"
      spellcheck="false"
      aria-describedby="code-hint"
    />
  </div>`;
}

export const CODE_HINT = html`<p class="hint" id="code-hint">
  The code: six pairs of digits, in the terminal where the console was started.
</p>`;

export const KEEP_UNLOCKED = html`<label class="keep"
  ><input type="checkbox" name="keep" value="yes" /> Keep signing unlocked for
  ${String(SIGNING_SESSION_TTL_MS / 60_000)} minutes, for this key alone</label
>`;

/** What was wrong with the last try. */
export function problemOf(problem: string | null): Html {
  return problem === null ? NOTHING : html`<p class="problem" role="alert">${problem}</p>`;
}

export function warningsOf(warnings: readonly string[]): Html {
  if (warnings.length === 0) return NOTHING;
  return html`<ul class="warnings" aria-label="Warnings">
    ${warnings.map((warning) => html`<li>${warning}</li>`)}
  </ul>`;
}

export function timeOf(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** The style sheet that counts down to a moment. */
export function expiryPath(expiresAt: number, now: number): string {
  return `/expiry-${Math.max(0, Math.ceil((expiresAt - now) / 1000))}.css`;
}
