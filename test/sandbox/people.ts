import { createHash } from 'node:crypto';

import { encodeHex, type PublicKey } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { publicKeyOf } from '../../src/ledger/crypto/signature.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { findAction } from '../../src/ledger/actions/registry.ts';
import { encodeTransaction, encodeUnsigned, transactionDigest } from '../../src/ledger/transactions/transaction.ts';
import { loadDigestSigner } from '../../src/node/signature-verifier.ts';

/** The members of the seeded chain. Their keys come from their ids, so that a test can sign as any of them. */
export const PEOPLE = [
  { member_id: 'operations-1', name: 'Operations 1', level: 'administrator' },
  { member_id: 'operations-2', name: 'Operations 2', level: 'administrator' },
  { member_id: 'security-lead', name: 'Security lead', level: 'administrator' },
  { member_id: 'trainer-07', name: 'trainer-07', level: 'blue_state' },
  { member_id: 'auditor', name: 'Auditor', level: 'read_only' },
] as const;

export type Person = (typeof PEOPLE)[number]['member_id'];

export const VALIDATOR_ID = 'authority-1';
export const VALIDATOR_KEY_NAME = `Validator ${VALIDATOR_ID}`;

/** Of a person, of the validator, or of a key that a test makes up. */
export function secretOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`quantum-lock seeded chain: ${name}`).digest());
}

/** A key costs as much as a signature: each is derived once. */
const keys = new Map<string, PublicKey>();

export function secretHexOf(name: string): string {
  return encodeHex(secretOf(name)).slice(2);
}

export function keyOf(name: string): PublicKey {
  let key = keys.get(name);
  if (key === undefined) keys.set(name, (key = publicKeyOf(secretOf(name))));
  return key;
}

let nonces = 0;
/** Natively where it can be: a chain is thousands of signatures. */
const signNatively = loadDigestSigner();

/** What a person signs on a machine of their own: the canonical bytes of a transaction. */
export function signedBy(
  person: Person,
  { chain, action, payload }: { readonly chain: ChainIdentity; readonly action: string; readonly payload: JsonObject },
): Uint8Array {
  const zones = findAction(action)?.zones(payload);
  if (zones === undefined) throw new Error(`there is no action ${action}`);
  const { chain_id, era } = chain;
  const unsigned = {
    action,
    chain_id,
    era,
    nonce: ++nonces,
    payload,
    recipient: zones.recipient,
    sender: zones.sender,
    signer: keyOf(person),
    timestamp: Date.now(),
  };
  const digest = transactionDigest(unsigned, chain, encodeUnsigned(unsigned));
  return encodeTransaction({ ...unsigned, signature: signNatively(digest, secretOf(person)) });
}
