import type { ShownThing } from '../src/api/operator/opened.ts';
import { decodeDeepLink } from './deep-link.ts';
import type { Dialog } from './electron-api.ts';
import { showRefusal } from './refusal.ts';

export interface LinkOpeners {
  readonly show: (thing: ShownThing) => void;
  readonly dialog: Dialog;
  readonly log: (line: string) => void;
}

/** Anybody may have written it: what is wrong with it is told in our words, and nothing of it is repeated. */
export function openLink(text: string, { show, dialog, log }: LinkOpeners): void {
  try {
    show(decodeDeepLink(text));
  } catch (error) {
    log('a link is not opened: it names nothing that is shown');
    showRefusal(dialog, { title: 'The link cannot be opened', error });
  }
}
