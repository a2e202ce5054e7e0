import type { SignatureOutcome, SigningReview, StateChange } from '../../api/views/operator.ts';
import { CONFIRM_CHANGES_MAX } from '../../base/limits.ts';
import { visibleText, visibleValue } from '../../base/visible-text.ts';

/** What a person must give besides the click. */
export type Credential = 'passphrase' | 'signing_code' | 'none';

export interface ConfirmPage {
  readonly review: SigningReview;
  readonly credential: Credential;
  /** Unix milliseconds; only where nothing has to be given. */
  readonly unlockedUntil: number | null;
  /** Proves that the form comes from this page. */
  readonly token: string;
  /** Where the form goes: the window's own path. */
  readonly action: string;
  /** What was wrong with the last try. */
  readonly problem: string | null;
}

/** HTML whose every variable part was escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Html[];

/** Text becomes visible text and is escaped; only what this tag made goes in as it is. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + rendered(parts[index - 1] ?? '') + string));
}

function rendered(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escape(visibleText(String(part)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const NOTHING = html``;

/** The page of one review: everything in it comes from the bytes that would be signed. */
export function renderConfirmPage(page: ConfirmPage): string {
  const { review } = page;
  return documentOf(
    'Confirm a signature',
    html`<p class="where">
        <strong>Quantum-Lock asks for your ${review.kind === 'transaction' ? 'signature' : 'confirmation'}.</strong>
        This window is apart from the console, and shows what is really
        ${review.kind === 'transaction' ? 'signed' : 'done'}.
      </p>
      <h1>${review.sentence}</h1>
      ${warningsOf(review.warnings)}
      <section aria-labelledby="fingerprint">
        <h2 id="fingerprint">Fingerprint</h2>
        <p class="fingerprint">${fingerprintOf(review).join(' ')}</p>
        <p class="hint">
          The same words stand in the console and the command line. Compare them, by voice where two people sign.
        </p>
      </section>
      ${effectOf(review)}
      <section aria-labelledby="details">
        <h2 id="details">Details</h2>
        <dl>
          <dt>Signer</dt>
          <dd>${review.signer.name} <span class="code">${review.signer.key_id}</span></dd>
          <dt>Key kept in</dt>
          <dd>${review.signer.store === 'file' ? 'the encrypted key file' : 'the OS keychain'}</dd>
          <dt>Action</dt>
          <dd>${review.action}</dd>
          <dt>Chain</dt>
          <dd>${review.chain_id}</dd>
          <dt>Digest</dt>
          <dd class="code">${review.digest}</dd>
        </dl>
        <details>
          <summary>The exact bytes that are signed</summary>
          <pre tabindex="0" aria-label="Canonical bytes">${review.canonical}</pre>
        </details>
      </section>
      ${formOf(page)}`,
  );
}

/** How a review ended, or that there is none. */
export function renderOutcomePage(outcome: SignatureOutcome): string {
  const { title, text } = describeOutcome(outcome);
  return renderMessagePage(title, text);
}

export function renderMessagePage(title: string, text: string): string {
  return documentOf(
    title,
    html`<p class="where"><strong>Quantum-Lock</strong></p>
      <div class="outcome" role="status">
        <h1>${title}</h1>
        <p>${text}</p>
        <p class="hint">You can close this window; the console shows the result.</p>
      </div>`,
  );
}

function describeOutcome(outcome: SignatureOutcome): { readonly title: string; readonly text: string } {
  switch (outcome.outcome) {
    case 'committed':
      return { title: 'Signed and on the chain', text: `It is in block ${outcome.receipt.block_index}.` };
    case 'signed':
      return { title: 'Proved', text: 'The proof went to the console. Nothing has changed on the chain.' };
    case 'done':
      return outcome.path === null
        ? { title: 'Forgotten', text: 'The key is no longer on this machine.' }
        : { title: 'Exported', text: `The encrypted key is in ${outcome.path}` };
    case 'rejected':
      return {
        title: 'Not accepted by the chain',
        text: `${outcome.rejection.name} (${outcome.rejection.code}): ${outcome.rejection.message}. Nothing has changed.`,
      };
    case 'refused':
      return { title: 'Refused', text: 'Nothing was signed, and nothing has changed.' };
    case 'changed':
      return {
        title: 'It has changed',
        text: 'It would do something else by now than what was shown here. Nothing was signed. Ask for the signature again in the console, and look at what it does now.',
      };
    case 'expired':
      return {
        title: 'Too late',
        text: 'The review waited too long and was closed. Nothing was signed. Ask for the signature again in the console.',
      };
    case 'failed':
      return { title: 'It failed', text: `${outcome.error.message}. ${outcome.error.advice}` };
  }
}

/** Of a vote, the proposal's words: the same for everybody who approves it. */
function fingerprintOf({ proposal, fingerprint }: SigningReview): readonly string[] {
  return proposal?.fingerprint ?? fingerprint;
}

function effectOf({ kind, changes, proposal }: SigningReview): Html {
  if (kind !== 'transaction') return NOTHING;
  const heading =
    proposal === null
      ? 'What changes'
      : proposal.happens_now
        ? 'This happens at once'
        : 'This happens once enough have approved';
  const sentence = proposal === null ? NOTHING : html`<p><strong>${proposal.sentence}</strong></p>`;
  return html`<section aria-labelledby="changes">
    <h2 id="changes">${heading}</h2>
    ${sentence}${changesOf(proposal?.changes ?? changes)}
  </section>`;
}

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

function changesOf(changes: readonly StateChange[]): Html {
  if (changes.length === 0) return html`<p class="hint">No value of the state.</p>`;
  const left = changes.length - CONFIRM_CHANGES_MAX;
  const more =
    left > 0 ? html`<p class="problem">… and ${left} more. Read the exact bytes below before you sign.</p>` : NOTHING;
  const bySubject = Map.groupBy(changes.slice(0, CONFIRM_CHANGES_MAX), ({ namespace, key }) => `${namespace} / ${key}`);
  return html`<ul class="changes">
      ${[...bySubject].map(([subject, own]) => subjectOf(subject, own))}
    </ul>
    ${more}`;
}

/** One value of the state: what is new and empty in it shares a line. */
function subjectOf(subject: string, changes: readonly StateChange[]): Html {
  const empty = changes.filter(isNewAndEmpty).map(({ path }) => (path === '' ? 'the value' : path));
  return html`<li>
    <span class="place">${subject}</span>
    <dl>
      ${changes.filter((change) => !isNewAndEmpty(change)).map(changeOf)}
      ${
        empty.length === 0
          ? NOTHING
          : html`<dt>empty</dt>
              <dd>${empty.join(', ')}</dd>`
      }
    </dl>
  </li>`;
}

function isNewAndEmpty({ before, after }: StateChange): boolean {
  return before === undefined && ['null', '[]', '{}', '""'].includes(JSON.stringify(after));
}

const AT_COMMIT = {
  time: 'the time of the block',
  transaction: 'the id of the transaction',
  approvals: 'those who approve it',
} as const;

function changeOf({ path, before, after, set_at_commit: marker }: StateChange): Html {
  const next = marker === undefined ? visibleValue(after) : AT_COMMIT[marker];
  const was =
    before === undefined
      ? NOTHING
      : html`<span class="before code">${visibleValue(before)}</span> <span aria-label="becomes">→</span> `;
  return html`<dt>${path === '' ? 'the value' : path}</dt>
    <dd>${was}<span class="after code">${next}</span></dd>`;
}

function formOf({ review, credential, unlockedUntil, token, action, problem }: ConfirmPage): Html {
  return html`<form method="post" action="${action}" autocomplete="off">
    ${problemOf(problem)}
    <input type="hidden" name="token" value="${token}" />
    ${credentialOf(credential, unlockedUntil, problem !== null)}
    ${review.kind === 'export_key' ? EXPORT_PASSPHRASE : NOTHING}
    <div class="actions">
      <button class="sign" type="submit" name="decision" value="sign">${BUTTONS[review.kind]}</button>
      <button type="submit" name="decision" value="refuse" formnovalidate>Refuse</button>
    </div>
    <p class="hint">This review ends at ${timeOf(review.expires_at)}.</p>
  </form>`;
}

const BUTTONS: Readonly<Record<SigningReview['kind'], string>> = {
  transaction: 'Sign',
  possession: 'Prove',
  export_key: 'Export',
  forget_key: 'Forget for good',
};

const EXPORT_PASSPHRASE = html`<label for="export">New passphrase for the exported file</label>
  <input id="export" type="password" name="export" required autocomplete="new-password" />
  <label for="export-again">The same again</label>
  <input id="export-again" type="password" name="export_again" required autocomplete="new-password" />`;

function credentialOf(credential: Credential, unlockedUntil: number | null, isSecondTry: boolean): Html {
  // At first the page stays at its top, where it says what is signed.
  const focus = isSecondTry ? html`autofocus` : NOTHING;
  const keep = html`<label class="keep"
    ><input type="checkbox" name="keep" value="yes" /> Keep signing unlocked for 15 minutes</label
  >`;
  switch (credential) {
    case 'passphrase':
      return html`<label for="passphrase">Passphrase of the key file</label>
        <input id="passphrase" type="password" name="passphrase" required ${focus} autocomplete="off" />${keep}`;
    case 'signing_code':
      return html`<label for="code">Signing code</label>
        <input
          id="code"
          type="text"
          name="code"
          required
          ${focus}
          autocomplete="off"
          inputmode="numeric"
          spellcheck="false"
          aria-describedby="code-hint"
        />
        <p class="hint" id="code-hint">Six pairs of digits, printed in the terminal where the console was started.</p>
        ${keep}`;
    case 'none':
      return html`<p class="hint">
        Signing is unlocked${unlockedUntil === null ? '' : ` until ${timeOf(unlockedUntil)}`}: one click signs.
      </p>`;
  }
}

export function timeOf(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

export function documentOf(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} · Quantum-Lock</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="stylesheet" href="/confirm.css" />
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.text;
}
