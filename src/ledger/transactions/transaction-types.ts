import type { Hash, PublicKey, Signature } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { Zone } from '../governance/action.ts';

/** A transaction's body: what is signed. `timestamp` is Unix milliseconds; `nonce` only tells equal content apart. */
export interface UnsignedTransaction {
  readonly action: string;
  readonly chain_id: string;
  /** Of the chain when it was signed: it is worth nothing in another. */
  readonly era: number;
  readonly nonce: number;
  readonly payload: JsonObject;
  readonly recipient: Zone;
  readonly sender: Zone;
  /** Compressed secp256k1 public key. */
  readonly signer: PublicKey;
  readonly timestamp: number;
}

export interface Transaction extends UnsignedTransaction {
  /** ECDSA r‖s over the transaction's id, low s. */
  readonly signature: Signature;
}

/** SHA-256 over tag, genesis, era and the canonical unsigned body. */
export type TransactionId = Hash;
