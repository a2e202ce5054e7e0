import { visibleText } from '../src/base/visible-text.ts';
import { DEED_BUTTONS } from '../src/node/host/button-words.ts';
import type { HostDeed } from '../src/node/host/host-deeds.ts';
import type { Dialog, Window } from './electron-api.ts';

/** Asks the person about this machine, on a surface that the page cannot script; Cancel is the default. One at a time. */
export function deedDialog(
  dialog: Dialog,
  currentWindow: () => Window | undefined,
): (deed: HostDeed, signal: AbortSignal) => Promise<{ approved: boolean }> {
  let isOpen = false;
  return async ({ kind, sentence, warnings }, signal) => {
    const window = currentWindow();
    if (isOpen || window === undefined || window.isDestroyed()) return { approved: false };
    isOpen = true;
    try {
      const { response } = await dialog.showMessageBox(window, {
        type: warnings.length > 0 ? 'warning' : 'question',
        title: 'Quantum-Lock',
        message: visibleText(sentence),
        detail: warnings.map(visibleText).join('\n'),
        buttons: ['Cancel', DEED_BUTTONS[kind]],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
        signal,
      });
      return { approved: response === 1 };
    } finally {
      isOpen = false;
    }
  };
}
