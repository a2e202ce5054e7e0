import type { SignatureOutcome } from '../../../api/operator/signing.ts';
import { CLOSING_SCRIPT, documentOf } from './document.ts';
import { html } from '../html.ts';

/** How a review ended, or that there is none. */
export function renderOutcomePage(outcome: SignatureOutcome): string {
  const { title, text } = describeOutcome(outcome);
  return renderMessagePage(title, text);
}

export function renderMessagePage(title: string, text: string): string {
  return documentOf({
    title,
    styles: ['/confirm.css'],
    body: html`<main class="message">
      <p class="where"><strong>Quantum-Lock</strong></p>
      <div class="outcome" role="status">
        <h1>${title}</h1>
        <p>${text}</p>
        <p class="hint">The console shows the result. This window closes in a moment, where the browser lets it.</p>
      </div>
      ${CLOSING_SCRIPT}
    </main>`,
  });
}

function describeOutcome(outcome: SignatureOutcome): { readonly title: string; readonly text: string } {
  switch (outcome.outcome) {
    case 'committed':
      return { title: 'Signed and on the chain', text: `It is in block ${outcome.receipt.block_index}.` };
    case 'signed':
      return outcome;
    case 'done':
      return { title: outcome.title, text: outcome.path === null ? outcome.text : `${outcome.text} ${outcome.path}` };
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
        text: 'It would now do something other than what was shown here. Nothing was signed. Ask for the signature again in the console, and look at what it does now.',
      };
    case 'expired':
      return {
        title: 'Review expired',
        text: 'The review expired and was closed. Nothing was signed. Ask for the signature again in the console.',
      };
    case 'withdrawn':
      return { title: 'Cancelled', text: 'The console no longer asks for this signature. Nothing was signed.' };
    case 'failed':
      return { title: 'Something went wrong', text: `${outcome.error.message}. ${outcome.error.advice}` };
  }
}
