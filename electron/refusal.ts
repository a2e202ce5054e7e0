import { QuantumLockError } from '../src/base/errors.ts';
import { visibleText } from '../src/base/visible-text.ts';
import type { Dialog } from './electron-api.ts';

export interface Refusal {
  /** "monday.backup cannot be shown". */
  readonly title: string;
  readonly error: unknown;
}

/** Tells the person what was not done, why, and what to do. */
export function showRefusal(dialog: Dialog, { title, error }: Refusal): void {
  const reason = error instanceof Error ? error.message : String(error);
  const text = error instanceof QuantumLockError ? `${reason}.\n\n${error.advice}` : reason;
  dialog.showErrorBox(visibleText(title), text);
}
