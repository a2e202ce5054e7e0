import { decodeHex, type PublicKey } from '../../base/bytes.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { StageClock } from './stage-clock.ts';
import type { SignDigest } from '../signature-verifier.ts';
import type { ChainStore, DecidedBlock } from '../storage/chain-store.ts';

/** The validator's name and key. */
export interface SealingKey {
  readonly validatorId: string;
  readonly publicKey: PublicKey;
  readonly secret: Uint8Array;
}

/** A key that the chain may name next for the validator. */
export type NextKey = Omit<SealingKey, 'validatorId'>;

/**
 * Signs the block that was decided, and puts its seal to it. The block is on disk before the signature is made, and
 * nothing takes it back: one height, one signature, across any crash. Signing it again gives the same bytes (RFC 6979).
 */
export function sealBlock(options: {
  readonly store: ChainStore;
  readonly block: Pick<DecidedBlock, 'header' | 'hash'>;
  readonly key: NextKey;
  readonly sign: SignDigest;
  readonly stages: StageClock;
}): void {
  const { store, block, key, sign, stages } = options;
  const proof = stages.time('seal', (): BlockProof => ({
    type: 'seal',
    public_key: key.publicKey,
    // The hash of a header is the digest that its seal is over.
    signature: sign(decodeHex(block.hash), key.secret),
  }));
  stages.time('commit', () => store.seal(block, proof));
}
