import type { DeedOutcome } from '../../../api/operator/deeds.ts';
import { DEED_BUTTONS } from '../../host/button-words.ts';
import type { HostDeed } from '../../host/host-deeds.ts';
import { documentOf } from './document.ts';
import { renderMessagePage } from './outcome.ts';
import { CODE_HINT, codeField, expiryPath, problemOf, secretFields, timeOf, warningsOf } from './parts.ts';
import { html, NOTHING } from '../html.ts';

/** Whether the code is asked for: where no existing passphrase distinguishes the person from the page. */
export function takesCode({ asks }: HostDeed): boolean {
  return !asks.includes('passphrase');
}

/** The window of what concerns this machine alone, and of the passphrases that it needs. */
export function renderDeedPage(page: {
  readonly deed: HostDeed;
  readonly token: string;
  readonly action: string;
  readonly problem: string | null;
  /** Unix milliseconds. */
  readonly now: number;
}): string {
  const { deed, token, action, problem, now } = page;
  return documentOf({
    title: 'Confirm',
    styles: ['/confirm.css', expiryPath(deed.expires_at, now)],
    body: html`<main class="message">
      <p class="where">
        <strong>Quantum-Lock asks for your confirmation.</strong>
        This window is separate from the console, and shows what is really done.
      </p>
      <h1>${deed.sentence}</h1>
      ${warningsOf(deed.warnings)}
      <form method="post" action="${action}" autocomplete="off">
        ${problemOf(problem)}
        <input type="hidden" name="token" value="${token}" />
        <div class="fields">
          ${secretFields(deed.asks, { isFirst: true })}
          ${takesCode(deed) ? codeField({ isFirst: deed.asks.length === 0 }) : NOTHING}
        </div>
        ${takesCode(deed) ? CODE_HINT : NOTHING}
        <div class="actions">
          <button class="sign" type="submit" name="decision" value="sign">${DEED_BUTTONS[deed.kind]}</button>
          <button type="submit" name="decision" value="refuse" formnovalidate>Refuse</button>
        </div>
        <p class="hint">This question ends at ${timeOf(deed.expires_at)}<span class="left"></span></p>
      </form>
    </main>`,
  });
}

export function renderDeedOutcome(outcome: DeedOutcome): string {
  switch (outcome.outcome) {
    case 'done':
      return renderMessagePage('Done', 'The console continues with it.');
    case 'refused':
      return renderMessagePage('Refused', 'Nothing has changed.');
    case 'expired':
      return renderMessagePage('Question expired', 'The question expired and was closed. Nothing has changed.');
    case 'withdrawn':
      return renderMessagePage('Cancelled', 'The console no longer asks for it. Nothing has changed.');
    case 'failed':
      return renderMessagePage('Something went wrong', `${outcome.error.message}. ${outcome.error.advice}`);
  }
}
