import { z } from 'zod';
import { TRUST_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { TrustedKeys } from '../proofs/report.ts';
import {
  chainId,
  checkDocument,
  encodeDocument,
  invalid,
  parseDocument,
  type DocumentKind,
} from './offline-document.ts';
import { count, ed25519Key, hash, publicKey } from '../../base/fields.ts';

const FORMAT = 'quantum-lock/trust/v2';
/** Named every key for every block, so that anyone who had an old one could seal for those who trusted it. */
const FORMAT_WITHOUT_SPANS = 'quantum-lock/trust/v1';

const sealingKey = z
  .strictObject({
    public_key: publicKey,
    /** Index of the first block that it may seal. */
    from: count,
    /** Of the last one; null where it was in use at `height`. */
    to: count.nullable(),
  })
  .refine(({ from, to }) => to === null || from <= to, 'to: not before from');

const trustSchema = z.strictObject({
  format: z.literal(FORMAT),
  chain_id: chainId,
  /** Hash of block 0. */
  genesis: hash,
  /** The block whose state named these keys. */
  height: count,
  /** Each with every key that it seals or sealed with, and the blocks that each may seal. */
  validators: z.array(z.strictObject({ validator_id: z.string(), keys: z.array(sealingKey).min(1) })).min(1),
  /** That sign checkpoints of the log, each of logs from a size on, and below another. Left out where the chain names none. */
  checkpoint_keys: z
    .array(z.strictObject({ public_key: ed25519Key, from_size: count, until_size: count.nullable() }))
    .min(1)
    .optional(),
});

/** What an outsider has to know of a chain to check proofs: handed over by another way than the proofs. */
export type TrustFile = z.infer<typeof trustSchema>;

const TRUST_FILE: DocumentKind<TrustFile> = {
  name: 'the trust file',
  schema: trustSchema,
  sizeBytesMax: TRUST_FILE_SIZE_BYTES_MAX,
};

/** @param height the block whose state named the keys */
export function trustFileOf({ chain, validators, checkpointKeys = [] }: TrustedKeys, height: number): TrustFile {
  const keys = Map.groupBy(validators, ({ validator_id }) => validator_id);
  return checkDocument(TRUST_FILE, {
    format: FORMAT,
    chain_id: chain.chain_id,
    genesis: chain.genesis,
    height,
    validators: Array.from(keys, ([validator_id, of]) => ({
      validator_id,
      keys: of.map(({ public_key, seals_from: from, seals_to: to }) => ({ public_key, from, to })),
    })),
    ...(checkpointKeys.length === 0 ? {} : { checkpoint_keys: [...checkpointKeys] }),
  });
}

/** Canonical JSON and a line end. */
export function encodeTrustFile(file: TrustFile): string {
  return encodeDocument(TRUST_FILE, file);
}

/** Reads it from anywhere, in any form of JSON. @throws DOCUMENT_INVALID */
export function decodeTrustFile(text: string): TrustedKeys & { readonly height: number } {
  const value = parseDocument(TRUST_FILE, text);
  if (typeof value === 'object' && value !== null && 'format' in value && value.format === FORMAT_WITHOUT_SPANS)
    throw invalid(
      TRUST_FILE.name,
      'does not say which blocks each key may seal: ask for one of today (dm proof trust)',
    );
  const { chain_id, genesis, height, validators, checkpoint_keys } = checkDocument(TRUST_FILE, value);
  return {
    chain: { chain_id, genesis },
    height,
    validators: validators.flatMap(({ validator_id, keys }) =>
      keys.map(({ public_key, from, to }) => ({ validator_id, public_key, seals_from: from, seals_to: to })),
    ),
    ...(checkpoint_keys === undefined ? {} : { checkpointKeys: checkpoint_keys }),
  };
}
