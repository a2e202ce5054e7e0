import { randomInt } from 'node:crypto';

import type { SigningReview } from '../src/api/operator/signing.ts';
import type { Dialog, Window } from './electron-api.ts';
import { pagesMax, signaturePages, wordsOf, type SignaturePage } from './signature-pages.ts';

const cancel = 0;
/** Words to choose from on the last page: a correct guess by chance does not prove that the person read it. */
const choicesMax = 4;

/**
 * Asks the person in front of this machine, on a surface that the page cannot script. A click alone signs nothing: the
 * last page asks for a word of the fingerprint, and only the right one, of several, continues. Cancel is the default:
 * neither a stray Enter nor a page that opens the dialog under a typing hand can sign. What the dialog cannot show
 * whole it refuses.
 *
 * One at a time: a review that arrives while another is on the screen is refused, so that no dialog can hide behind
 * another.
 */
export function signatureDialog(
  dialog: Dialog,
  currentWindow: () => Window | undefined,
  random: (max: number) => number = (max) => randomInt(max),
): (review: SigningReview, signal: AbortSignal) => Promise<{ approved: boolean }> {
  let isOpen = false;
  return async (review, signal) => {
    const window = currentWindow();
    if (isOpen || window === undefined || window.isDestroyed()) return { approved: false };
    isOpen = true;
    try {
      return { approved: await approve({ dialog, window, random, signal }, review) };
    } finally {
      isOpen = false;
    }
  };
}

interface Surface {
  readonly dialog: Dialog;
  readonly window: Window;
  readonly random: (max: number) => number;
  /** Aborted, what is shown is closed as if it were cancelled. */
  readonly signal: AbortSignal;
}

async function approve(surface: Surface, review: SigningReview): Promise<boolean> {
  const pages = signaturePages(review);
  if (pages.length > pagesMax) {
    await show(surface, {
      review,
      page: tooLong(pages.length),
      title: 'This cannot be signed here',
      buttons: ['Close'],
    });
    return false;
  }
  for (const [index, page] of pages.entries()) {
    if (index === pages.length - 1) return chooseWord(surface, review, page);
    const title = `Review, page ${index + 1} of ${pages.length}`;
    const buttons = ['Cancel', `Next (${index + 2} of ${pages.length})`];
    if ((await show(surface, { review, page, title, buttons })) !== 1) return false;
  }
  return false;
}

/** Only the dialog shows which word is asked for, and only a reader finds it. */
async function chooseWord(surface: Surface, review: SigningReview, page: SignaturePage): Promise<boolean> {
  const { random } = surface;
  const words = wordsOf(review);
  const asked = random(words.length);
  const right = words[asked];
  if (right === undefined) return false;
  const others = shuffled(
    [...new Set(words)].filter((word) => word !== right),
    random,
  ).slice(0, choicesMax - 1);
  const choices = shuffled([right, ...others], random);
  const deed = review.words.button;
  const response = await show(surface, {
    review,
    page: { ...page, detail: `${page.detail}\n\n${deed}? Then choose word ${asked + 1} of the fingerprint.` },
    title: deed,
    buttons: ['Cancel', ...choices],
  });
  return choices[response - 1] === right;
}

function shuffled(words: readonly string[], random: Surface['random']): string[] {
  const left = [...words];
  return words.flatMap(() => left.splice(random(left.length), 1));
}

function tooLong(pageCount: number): SignaturePage {
  return {
    message: 'This changes more than a dialog can show, so it cannot be signed in one.',
    detail: `It would take ${pageCount} pages. Nothing was signed. Split it into several, or sign it on the command line, which lists all of it.`,
  };
}

async function show(
  { dialog, window, signal }: Surface,
  asked: {
    readonly review: SigningReview;
    readonly page: SignaturePage;
    readonly title: string;
    readonly buttons: string[];
  },
): Promise<number> {
  const { review, page, title, buttons } = asked;
  const { response } = await dialog.showMessageBox(window, {
    type: review.warnings.length > 0 ? 'warning' : 'question',
    title,
    ...page,
    buttons,
    defaultId: cancel,
    cancelId: cancel,
    noLink: true,
    signal,
  });
  return response;
}
