import type { DeedOutcome } from '../../api/views/operator.ts';
import type { HostDeed } from '../host/host-deeds.ts';
import { documentOf } from './confirm-document.ts';
import { renderMessagePage } from './confirm-outcome.ts';
import { expiryPath, problemOf, timeOf, warningsOf } from './confirm-parts.ts';
import { html } from './html.ts';

const BUTTONS: Readonly<Record<HostDeed['kind'], string>> = { grant_folder: 'Let it read', open_chain: 'Open' };

/** The window of what concerns this machine alone: whoever can type the code sees the terminal of the console. */
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
        This window is apart from the console, and shows what is really done.
      </p>
      <h1>${deed.sentence}</h1>
      ${warningsOf(deed.warnings)}
      <form method="post" action="${action}" autocomplete="off">
        ${problemOf(problem)}
        <input type="hidden" name="token" value="${token}" />
        <label for="code">Signing code</label>
        <input
          id="code"
          type="text"
          name="code"
          required
          autofocus
          autocomplete="off"
          inputmode="numeric"
          spellcheck="false"
          aria-describedby="code-hint"
        />
        <p class="hint" id="code-hint">Six pairs of digits, printed in the terminal where the console was started.</p>
        <div class="actions">
          <button class="sign" type="submit" name="decision" value="sign">${BUTTONS[deed.kind]}</button>
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
      return renderMessagePage('Done', 'The console goes on with it.');
    case 'refused':
      return renderMessagePage('Refused', 'Nothing has changed.');
    case 'expired':
      return renderMessagePage(
        'Too late',
        'The question waited too long, or another took its place. Nothing has changed.',
      );
    case 'failed':
      return renderMessagePage('It failed', `${outcome.error.message}. ${outcome.error.advice}`);
  }
}
