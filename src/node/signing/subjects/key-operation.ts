import { encodeHash, encodeUtf8 } from '../../../base/bytes.ts';
import { encodeCanonicalText } from '../../../base/canonical.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { Shown } from './subject.ts';
import { sha256 } from '#sha256';

/** What every operation with a key of this machine shows: nothing of it is for the chain, and its words are the key's. */
export function shownOfKeyOperation(
  { public_key }: KeyInfo,
  operation: Pick<Shown, 'kind' | 'sentence' | 'warnings' | 'asks_export_passphrase'> & {
    readonly words: Pick<Shown['words'], 'ask' | 'button' | 'is_dangerous'>;
  },
): Shown {
  const canonical = encodeCanonicalText({ deed: operation.kind, public_key });
  return {
    ...operation,
    words: { lead: 'If you confirm, this happens on this machine:', changes: 'What changes', ...operation.words },
    action: operation.kind,
    on_chain: false,
    changes: [],
    proposal: null,
    canonical,
    digest: encodeHash(sha256(encodeUtf8(canonical))),
    fingerprint: [...fingerprintWords(public_key)],
  };
}
