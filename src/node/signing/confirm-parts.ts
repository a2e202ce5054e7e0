import { html, NOTHING, type Html } from './html.ts';

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
