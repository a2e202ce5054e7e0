import type { SigningReview } from '../src/api/views/operator.ts';
import type { Dialog, Window } from './electron-api.ts';
import { signaturePages } from './signature-pages.ts';

const cancel = 0;

const deeds: Readonly<Record<SigningReview['kind'], string>> = {
  transaction: 'Sign',
  possession: 'Prove',
  export_key: 'Export',
  forget_key: 'Forget for good',
};

/**
 * Asks the person in front of this machine, on a surface that the page cannot script. Cancel is the default: neither
 * a stray Enter nor a page that opens the dialog under a typing hand can sign.
 *
 * One at a time: a review that arrives while another is on the screen is refused, so that no dialog can hide behind
 * another.
 */
export function signatureDialog(
  dialog: Dialog,
  currentWindow: () => Window | undefined,
): (review: SigningReview) => Promise<{ approved: boolean }> {
  let isOpen = false;
  return async (review) => {
    const window = currentWindow();
    if (isOpen || window === undefined || window.isDestroyed()) return { approved: false };
    isOpen = true;
    try {
      return { approved: await approve(dialog, window, review) };
    } finally {
      isOpen = false;
    }
  };
}

async function approve(dialog: Dialog, window: Window, review: SigningReview): Promise<boolean> {
  const pages = signaturePages(review);
  for (const [index, { message, detail }] of pages.entries()) {
    const isLast = index === pages.length - 1;
    const { response } = await dialog.showMessageBox(window, {
      type: review.warnings.length > 0 ? 'warning' : 'question',
      title: isLast ? deeds[review.kind] : `Review, page ${index + 1} of ${pages.length}`,
      message,
      detail,
      buttons: ['Cancel', isLast ? deeds[review.kind] : `Next (${index + 2} of ${pages.length})`],
      defaultId: cancel,
      cancelId: cancel,
      noLink: true,
    });
    if (response !== 1) return false;
  }
  return pages.length > 0;
}
