import { encodeUtf8, isHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, encodeHeader, headerHash, type BlockHeader } from '../blocks/block.ts';
import { checkProof, decodeProof, encodeProof, type BlockProof } from '../blocks/block-proof.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import type { CheckpointKeySpan } from './checkpoint-key-span.ts';
import type { ChainRoot } from '../chain-identity.ts';
import { verifyWithNoble, type VerifySignature } from '../crypto/signature.ts';

/** One step of checking a proof, in words. */
export interface ProofStep {
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface ProofReport {
  readonly ok: boolean;
  /** Up to and with the first step that failed. */
  readonly steps: readonly ProofStep[];
}

/** A key of a validator, and the blocks that it may seal. */
export interface SealingKey {
  readonly validator_id: string;
  readonly public_key: string;
  /** Index of the first block that it may seal. */
  readonly seals_from: number;
  /** Of the last, which counts too; null where the key was in use when this was written. */
  readonly seals_to: number | null;
}

/**
 * Whom the checker trusts: the chain's name and genesis hash, and its validators' keys, from a source other than the
 * proof. A validator is in it once for each key that it seals with or sealed with.
 */
export interface TrustedKeys {
  readonly chain: ChainRoot;
  /** The block whose state named these keys; left out where that is not known. */
  readonly height?: number;
  readonly validators: readonly SealingKey[];
  /** The keys that sign checkpoints of its log, or signed them; none where it is left out. */
  readonly checkpointKeys?: readonly CheckpointKeySpan[];
}

/** Whether a key may seal the block with this index. */
export function maySeal({ seals_from: from, seals_to: to }: SealingKey, index: number): boolean {
  return from <= index && (to === null || index <= to);
}

/** A header with its hash and seal. */
export interface SealedHeader {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly proof: BlockProof;
}

export type ProofCheck = readonly [step: string, run: () => string];

/** What is wrong with a proof before anything in it is looked at: it is one JSON object of integers and well-formed text. */
function findMalformed(proof: unknown): string | null {
  if (typeof proof !== 'object' || proof === null) return 'not an object';
  try {
    encodeCanonicalText(proof);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'not JSON';
  }
}

/** Runs a proof's steps in order until one fails. A step returns what it found, and throws what is wrong. */
export function runProofSteps<Proof>(proof: Proof, stepsOf: (proof: Proof) => readonly ProofCheck[]): ProofReport {
  const malformed = findMalformed(proof);
  if (malformed !== null) return { ok: false, steps: [{ step: 'Proof', ok: false, detail: malformed }] };
  return runSteps(stepsOf(proof));
}

/** The same for steps of a proof that was found to be one. */
export function runSteps(checks: readonly ProofCheck[]): ProofReport {
  const done: ProofStep[] = [];
  for (const [step, run] of checks) {
    try {
      done.push({ step, ok: true, detail: run() });
    } catch (error) {
      // The proof came from outside: whatever is wrong with it is a finding, never a failure of the checker.
      done.push({ step, ok: false, detail: error instanceof Error ? error.message : 'malformed' });
      return { ok: false, steps: done };
    }
  }
  return { ok: true, steps: done };
}

export function failStep(message: string): never {
  throw new QuantumLockError('CHAIN_INVALID', message);
}

export function hashes(values: unknown, countMax: number): readonly Hash[] {
  if (!Array.isArray(values) || values.length > countMax || !values.every(isHash))
    failStep('the list of hashes is malformed');
  return values;
}

export function onlyFields(value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) failStep('not an object');
  const found = Object.keys(value);
  if (found.length !== names.length || !names.every((name) => Object.hasOwn(value, name)))
    failStep(`the fields are not exactly ${names.join(', ')}`);
}

function spansOf(keys: readonly SealingKey[], { public_key }: BlockProof): string {
  const words = keys
    .filter((known) => known.public_key === public_key)
    .map(({ seals_from: from, seals_to: to }) => (to === null ? `${from} and later` : `${from} to ${to}`));
  return `it seals ${words.join(', ')}`;
}

/** Said of a key that may have been replaced since: what is trusted does not know of it. */
function agedWords({ seals_to: to }: SealingKey, index: number, { height }: TrustedKeys): string {
  return to !== null || height === undefined || index <= height
    ? ''
    : `, with a key that was in use at block ${height}: what you trust knows of nothing later`;
}

/** The steps that every proof ends with: the header hashes to the block hash, which a trusted validator sealed. */
export function sealSteps(
  sealed: SealedHeader,
  trusted: TrustedKeys,
  verify: VerifySignature = verifyWithNoble,
): readonly ProofCheck[] {
  return [
    [
      'Block hash',
      () => {
        onlyFields(sealed, ['header', 'hash', 'proof']);
        const header = decodeHeader(encodeHeader(sealed.header));
        if (header.chain_id !== trusted.chain.chain_id) failStep(`the header is of chain ${header.chain_id}`);
        if (headerHash(header, trusted.chain) !== sealed.hash) failStep('the header does not hash to the block hash');
        if (header.index === 0 && sealed.hash !== trusted.chain.genesis) failStep('block 0 is that of another chain');
        return `header of block ${header.index} hashes to ${sealed.hash}`;
      },
    ],
    [
      'Seal',
      () => {
        const proof = decodeProof(encodeProof(sealed.proof));
        const { index, validator } = sealed.header;
        const own = trusted.validators.filter((known) => known.validator_id === validator);
        const fault = checkProof(
          { header: sealed.header, proof },
          { chain: trusted.chain, keysOf: () => own.map(({ public_key: key }) => key), verify },
        );
        if (fault !== null) failStep(fault);
        const key = own.find((known) => known.public_key === proof.public_key && maySeal(known, index));
        if (key === undefined) failStep(`the key of ${validator} may not seal block ${index}: ${spansOf(own, proof)}`);
        return `sealed by ${validator}${agedWords(key, index, trusted)}`;
      },
    ],
  ];
}

/** The bytes of canonical JSON text. @throws when the text is not canonical */
export function canonicalBytes(text: unknown): Uint8Array {
  if (typeof text !== 'string') failStep('not text');
  if (encodeCanonicalText(JSON.parse(text)) !== text) failStep('not canonical JSON');
  return encodeUtf8(text);
}
