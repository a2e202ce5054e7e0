import type { StateChange } from '../../../api/chain/submission.ts';
import type { SigningReview } from '../../../api/operator/signing.ts';
import { CONFIRM_CHANGES_MAX, CONFIRM_PAGE_SIZE_MAX, CONFIRM_SENTENCE_LENGTH_MAX } from '../../../base/limits.ts';
import { genesisWords } from '../../../base/fingerprint.ts';
import { visibleValue } from '../../../base/visible-text.ts';
import type { SecretName } from '../../host/asked-secrets.ts';
import { documentOf } from './document.ts';
import {
  CODE_HINT,
  KEEP_UNLOCKED,
  codeField,
  expiryPath,
  problemOf,
  secretFields,
  timeOf,
  warningsOf,
} from './parts.ts';
import { html, NOTHING, type Html } from '../html.ts';

/** What a person must give besides the word. */
export type Credential = 'passphrase' | 'signing_code' | 'none';

export interface ConfirmPage {
  readonly review: SigningReview;
  readonly credential: Credential;
  /** Unix milliseconds; only where nothing has to be given besides the word. */
  readonly unlockedUntil: number | null;
  /** Which word of the fingerprint is asked for, from 1. */
  readonly askedWord: number;
  /** Proves that the form comes from this page. */
  readonly token: string;
  /** Where the form goes: the window's own path. */
  readonly action: string;
  /** What was wrong with the last try. */
  readonly problem: string | null;
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * The page of one review: everything in it comes from the bytes that would be signed. Who, what and the fingerprint are
 * at its top, and the form at its bottom; the word of the fingerprint that is asked for is at the end of what is
 * between. Anyone who has not been there cannot sign.
 */
export function renderConfirmPage(page: ConfirmPage): string {
  const { review } = page;
  const content = contentOf(review);
  const fits = isShown(review, content);
  return documentOf({
    title: 'Confirm a signature',
    styles: ['/confirm.css', expiryPath(review.expires_at, page.now)],
    body: html`<main class="review">
      <header>
        <p class="where">
          <strong>Quantum-Lock asks for your ${review.on_chain ? 'signature' : 'confirmation'}</strong>
          as <strong>${review.signer.name}</strong> on chain <strong>${review.chain_id}</strong>,
          <span class="words">${genesisWords(review.genesis)}</span>.
        </p>
        ${isLong(review.sentence) ? NOTHING : html`<h1>${review.sentence}</h1>`}
        <h2 id="fingerprint">
          Fingerprint <span class="hint">the same words in the console and on the command line</span>
        </h2>
        <ol class="fingerprint" aria-labelledby="fingerprint">
          ${fingerprintOf(review).map((word) => html`<li>${word}</li>`)}
        </ol>
      </header>
      <div class="content" tabindex="0" role="region" aria-label="What is signed">
        ${fits ? content : TOO_LONG} ${fits ? askedOf(page.askedWord) : NOTHING}
      </div>
      <p class="too-small" role="alert">This window is too small to show what is signed. Make it larger.</p>
      ${formOf(page, fits)}
    </main>`,
  });
}

/** Whether the window shows all of it; what it cannot show it does not sign. */
export function fitsWindow(review: SigningReview): boolean {
  return isShown(review, contentOf(review));
}

function isShown({ changes, proposal }: SigningReview, content: Html): boolean {
  const count = (proposal?.changes ?? changes).length;
  return count <= CONFIRM_CHANGES_MAX && content.text.length <= CONFIRM_PAGE_SIZE_MAX;
}

const TOO_LONG = html`<p class="problem" role="alert">
  This changes more than the window can show, so it cannot be signed here. Split it into several, or sign it on the
  command line, which lists all of it.
</p>`;

/** A sentence that would push the rest out of view begins what scrolls. */
function isLong(sentence: string): boolean {
  return sentence.length > CONFIRM_SENTENCE_LENGTH_MAX;
}

/** The words that are compared, and one of which is asked for. Of a vote, the proposal's: the same for everybody who approves it. */
export function fingerprintOf({ proposal, fingerprint }: SigningReview): readonly string[] {
  return proposal?.fingerprint ?? fingerprint;
}

function contentOf(review: SigningReview): Html {
  return html`${isLong(review.sentence) ? html`<h1>${review.sentence}</h1>` : NOTHING} ${warningsOf(review.warnings)}
    ${effectOf(review)}
    <details>
      <summary>Key, digest and the exact bytes that are signed</summary>
      <dl>
        <dt>Signer</dt>
        <dd>${review.signer.name} <span class="code">${review.signer.key_id}</span></dd>
        <dt>Key kept in</dt>
        <dd>${review.signer.store === 'file' ? 'the encrypted key file' : 'the OS keychain'}</dd>
        <dt>Chain</dt>
        <dd>${review.chain_id}, era ${review.era} <span class="code">${review.genesis}</span></dd>
        <dt>Action</dt>
        <dd>${review.action}</dd>
        <dt>Digest</dt>
        <dd class="code">${review.digest}</dd>
      </dl>
      <pre tabindex="0" aria-label="Canonical bytes">${review.canonical}</pre>
    </details>`;
}

/** At the end of what is to be read, and nowhere else. */
function askedOf(word: number): Html {
  return html`<p class="asked" id="asked">
    This is the end of it. To continue, type <strong>word ${word}</strong> of the fingerprint.
  </p>`;
}

function effectOf({ on_chain, changes, proposal }: SigningReview): Html {
  if (!on_chain) return NOTHING;
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

function changesOf(changes: readonly StateChange[]): Html {
  if (changes.length === 0) return html`<p class="hint">No value of the state.</p>`;
  const bySubject = Map.groupBy(changes, ({ namespace, key }) => `${namespace} / ${key}`);
  return html`<ul class="changes">
    ${[...bySubject].map(([subject, own]) => subjectOf(subject, own))}
  </ul>`;
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
  const next = marker === undefined ? visibleValue(after, 'nothing') : AT_COMMIT[marker];
  const was =
    before === undefined
      ? NOTHING
      : html`<span class="before code">${visibleValue(before, 'nothing')}</span> <span aria-label="becomes">→</span> `;
  return html`<dt>${path === '' ? 'the value' : path}</dt>
    <dd>${was}<span class="after code">${next}</span></dd>`;
}

function formOf(page: ConfirmPage, fits: boolean): Html {
  const { review, token, action, problem } = page;
  const sign = html`<button class="sign" type="submit" name="decision" value="sign">${review.words.button}</button>`;
  return html`<form method="post" action="${action}" autocomplete="off">
    ${problemOf(problem)}
    <input type="hidden" name="token" value="${token}" />
    ${fits ? fieldsOf(page) : NOTHING}
    <div class="actions">
      ${fits ? sign : NOTHING}
      <button type="submit" name="decision" value="refuse" formnovalidate>Refuse</button>
      <p class="hint">Ends at ${timeOf(review.expires_at)}<span class="left"></span></p>
    </div>
  </form>`;
}

function fieldsOf({ review, credential, unlockedUntil }: ConfirmPage): Html {
  return html`<div class="fields">
      <div>
        <label for="word">Word that is asked for above</label>
        <input
          id="word"
          type="text"
          name="word"
          required
          autofocus
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      ${credential === 'signing_code' ? codeField() : NOTHING} ${secretFields(secretsOf(review, credential))}
    </div>
    ${belowFields(review, credential, unlockedUntil)}`;
}

/** The passphrases that are asked for. */
export function secretsOf({ asks_export_passphrase }: SigningReview, credential: Credential): readonly SecretName[] {
  return [
    ...(credential === 'passphrase' ? (['passphrase'] as const) : []),
    ...(asks_export_passphrase ? (['new_export_passphrase'] as const) : []),
  ];
}

function belowFields({ on_chain, signer }: SigningReview, credential: Credential, unlockedUntil: number | null): Html {
  const code = credential === 'signing_code' ? CODE_HINT : NOTHING;
  if (credential !== 'none') return html`${code}${on_chain ? KEEP_UNLOCKED : NOTHING}`;
  const until = unlockedUntil === null ? '' : ` until ${timeOf(unlockedUntil)}`;
  return html`<p class="hint">Signing as ${signer.name} is unlocked${until}: only the word is asked.</p>`;
}
