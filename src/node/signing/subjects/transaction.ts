import { randomInt } from 'node:crypto';
import { decodeUtf8, encodeHash } from '../../../base/bytes.ts';
import { decodeCanonical, type JsonObject } from '../../../base/canonical.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import { findAction } from '../../../ledger/actions/registry.ts';
import type { ChainIdentity } from '../../../ledger/chain-identity.ts';
import { isSameEffect } from '../../../ledger/effects/same-effect.ts';
import type { SimulationResult } from '../../../ledger/effects/simulate.ts';
import { reject, type Rejection } from '../../../ledger/rejections.ts';
import type { SubmitResult } from '../../../ledger/transactions/receipt.ts';
import {
  encodeTransaction,
  encodeUnsigned,
  transactionDigest,
  type UnsignedTransaction,
} from '../../../ledger/transactions/transaction.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import { signingTime, signingTimeWarnings } from '../signing-time.ts';
import type { Shown, SigningSubject } from './subject.ts';
import { transactionWords } from './transaction-words.ts';

/** The chain that a transaction is for. */
export interface SigningChain {
  readonly identity: () => ChainIdentity;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** The time that the next block would have; the clock's where it is left out. */
  readonly blockTime?: () => Promise<number>;
  readonly simulate: (unsigned: Uint8Array) => Promise<SimulationResult>;
  readonly submit: (bytes: Uint8Array) => Promise<SubmitResult>;
}

export interface TransactionRequest {
  readonly action: string;
  readonly payload: JsonObject;
  readonly key: KeyInfo;
}

type Applied = Extract<SimulationResult, { outcome: 'applied' }>;

/**
 * A transaction to sign and submit. What is shown is decoded from the bytes that are kept and signed; what would be
 * refused cannot be signed, and what would by then do something other than what was shown is not signed. @throws
 * VALUE_NOT_ALLOWED, LIMIT_EXCEEDED
 */
export async function transactionSubject(
  request: TransactionRequest,
  chain: SigningChain,
): Promise<SigningSubject | Rejection> {
  const now = chain.clock();
  const timestamp = signingTime(now, await chain.blockTime?.());
  const identity = chain.identity();
  const unsigned = encodeRequest(request, identity, timestamp);
  if ('code' in unsigned) return unsigned;
  const simulated = await chain.simulate(unsigned);
  if (simulated.outcome === 'rejected') return simulated.rejection;
  const transaction = decodeCanonical(unsigned) as unknown as UnsignedTransaction;
  const digest = transactionDigest(transaction, identity, unsigned);
  return {
    key: request.key,
    shown: shownOf(simulated, {
      action: transaction.action,
      warnings: signingTimeWarnings(now, timestamp),
      canonical: decodeUtf8(unsigned),
      digest: encodeHash(digest),
    }),
    perform: async ({ signer, isOver, record }) => {
      // The state may have moved on since the review: what would be refused now is not signed,
      const again = await chain.simulate(unsigned);
      if (again.outcome === 'rejected') return again;
      // nor what would do anything else than what was shown.
      if (!isSameEffect(simulated, again)) return { outcome: 'changed' };
      // Opening the key and executing took their time.
      if (isOver()) return { outcome: 'expired' };
      record();
      return chain.submit(encodeTransaction({ ...transaction, signature: await signer.sign(digest) }));
    },
  };
}

function encodeRequest(
  { action, payload, key }: TransactionRequest,
  { chain_id, era }: ChainIdentity,
  timestamp: number,
): Uint8Array | Rejection {
  const definition = findAction(action);
  if (definition === undefined) return reject('ACTION_UNKNOWN', action.slice(0, 64));
  const refusal = definition.checkPayload(payload);
  if (refusal !== null) return refusal;
  return encodeUnsigned({
    action,
    chain_id,
    era,
    nonce: randomInt(2 ** 47),
    payload,
    ...definition.zones(payload),
    signer: key.public_key,
    timestamp,
  });
}

function shownOf(
  { sentence, changes, proposal, warnings }: Applied,
  signed: Pick<Shown, 'action' | 'warnings' | 'canonical' | 'digest'>,
): Shown {
  return {
    ...signed,
    kind: 'transaction',
    on_chain: true,
    asks_export_passphrase: false,
    words: transactionWords(signed.action, proposal),
    sentence,
    changes: changes.map((change) => ({ ...change })),
    proposal: proposal === null ? null : { ...proposal, fingerprint: [...fingerprintWords(proposal.proposal_id)] },
    warnings: [...signed.warnings, ...warnings],
    fingerprint: [...fingerprintWords(signed.digest)],
  };
}
