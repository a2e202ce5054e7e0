import { QuantumLockError } from '../../../base/errors.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { shownOfKeyOperation } from './key-operation.ts';
import type { SigningSubject } from './subject.ts';

/** Why a key must stay on this machine, and what makes it go. */
export interface KeyNeed {
  readonly why: string;
  readonly advice?: string;
}

export interface KeyRemovalOptions {
  readonly keyring: Keyring;
  /** Null where it may go. */
  readonly needed: (key: KeyInfo) => KeyNeed | null;
  /** Called before it is removed. */
  readonly onRemoval?: (key: KeyInfo) => Promise<void>;
}

/**
 * Removes a key from this machine permanently. @throws INPUT_INVALID where it must stay: when it is asked for, and when
 * it is done
 */
export function keyRemovalSubject(key: KeyInfo, { keyring, needed, onRemoval }: KeyRemovalOptions): SigningSubject {
  assertMayGo(key, needed);
  return {
    key,
    shown: shownOfKeyOperation(key, {
      kind: 'forget_key',
      asks_export_passphrase: false,
      words: { ask: 'Remove the key', button: 'Remove permanently', is_dangerous: true },
      sentence: `The key “${key.name}” is removed from this machine. Without another copy it is lost permanently, and nobody can sign with it again.`,
      warnings: ['This cannot be undone. Export the key first if it may be needed again.'],
    }),
    perform: async ({ vault, record }) => {
      // It may be needed by now.
      assertMayGo(key, needed);
      record();
      await onRemoval?.(key);
      if (vault === null) await keyring.remove(key.key_id);
      else vault.remove(key.key_id);
      return { outcome: 'done', path: null, title: 'Removed', text: 'The key is no longer on this machine.' };
    },
  };
}

function assertMayGo(key: KeyInfo, needed: KeyRemovalOptions['needed']): void {
  const need = needed(key);
  if (need === null) return;
  const { why, advice } = need;
  throw new QuantumLockError(
    'INPUT_INVALID',
    `the key "${key.name}" stays here: ${why}`,
    advice === undefined ? {} : { advice },
  );
}
