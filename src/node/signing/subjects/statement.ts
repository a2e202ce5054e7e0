import { encodeHash } from '../../../base/bytes.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { SigningSubject } from './subject.ts';

export interface StatementRequest {
  readonly key: KeyInfo;
  /** "backup", "drill": as `signing.log` calls it. */
  readonly kind: string;
  /** What it says, in one sentence. */
  readonly sentence: string;
  /** Canonical JSON of what is stated. */
  readonly canonical: string;
  /** 32 bytes, bound to the kind and the chain. */
  readonly digest: Uint8Array;
}

/** Something that is stated about a chain, and changes nothing on it: what a backup holds, how a drill went. */
export function statementSubject({ key, kind, sentence, canonical, digest }: StatementRequest): SigningSubject {
  const hash = encodeHash(digest);
  return {
    key,
    shown: {
      kind,
      on_chain: false,
      asks_export_passphrase: false,
      words: {
        lead: 'If you sign, nothing changes on the chain. The signature states this:',
        changes: 'What changes',
        ask: 'Sign the statement',
        button: 'Sign',
        is_dangerous: false,
      },
      action: kind,
      sentence,
      changes: [],
      proposal: null,
      warnings: [],
      canonical,
      digest: hash,
      fingerprint: [...fingerprintWords(hash)],
    },
    perform: async ({ signer, record }) => {
      record();
      return {
        outcome: 'signed',
        signature: await signer.sign(digest),
        title: 'Signed',
        text: 'The signature went to the command that asked for it. Nothing has changed on the chain.',
      };
    },
  };
}
