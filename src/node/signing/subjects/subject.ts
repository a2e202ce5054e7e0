import type { SignatureOutcome, SignatureRequest, SigningReview } from '../../../api/operator/signing.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { VaultSession } from '../../keys/file-key-store.ts';
import type { Signer } from '../../keys/signer.ts';

/** What a person gives with a confirmation. */
export interface Confirmation {
  /** Of the encrypted key file, where it is locked. */
  readonly passphrase?: string | undefined;
  /** That an exported key is encrypted under. */
  readonly exportPassphrase?: string | undefined;
  /** Whether the next signatures with this key on this chain ask no passphrase or code for a while. */
  readonly keepUnlocked?: boolean;
  /** The key, opened by the surface that confirms: for a key that is in no store of this machine. */
  readonly signer?: Signer;
}

/** What is available once a person has confirmed. */
export interface Confirmed {
  readonly signer: Signer;
  /** The key file, where the key came from it by a passphrase. */
  readonly vault: VaultSession | null;
  readonly confirmation: Confirmation;
  /** Whether its time is over: opening the key, and what was done since, took some. */
  readonly isOver: () => boolean;
  /** Puts it on record, on the disk: called before a signature leaves, and before a deed is done. */
  readonly record: () => void;
}

/** Why something cannot be signed: the chain would refuse it. */
export type Refusal = Extract<SignatureRequest, { outcome: 'rejected' }>['rejection'];

/** All that a person reads of a subject. The desk adds who signs, for which chain, and until when. */
export type Shown = Omit<SigningReview, 'review_id' | 'signer' | 'chain_id' | 'genesis' | 'era' | 'expires_at'>;

/**
 * Something that a person can be asked to sign with a key, or to confirm for one, as a value: the desk, the surfaces
 * that confirm and the page know nothing else of it, so that another kind is another file next to this one.
 */
export interface SigningSubject {
  readonly key: KeyInfo;
  readonly shown: Shown;
  /** Does exactly what was shown. */
  perform(confirmed: Confirmed): Promise<SignatureOutcome>;
}
