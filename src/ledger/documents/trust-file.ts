import { z } from 'zod';
import { TRUST_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import type { TrustedKeys } from '../proofs/report.ts';
import { chainId, checkDocument, encodeDocument, invalid, assertSize, type DocumentKind } from './offline-document.ts';
import { count, ed25519Key, hash, publicKey } from '../../base/fields.ts';

const trustSchema = z.strictObject({
  format: z.literal('quantum-lock/trust/v1'),
  chain_id: chainId,
  /** Hash of block 0. */
  genesis: hash,
  /** Each with every key that it seals or sealed with. */
  validators: z.array(z.strictObject({ validator_id: z.string(), public_keys: z.array(publicKey).min(1) })).min(1),
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

export function trustFileOf({ chain, validators, checkpointKeys = [] }: TrustedKeys): TrustFile {
  const keys = Map.groupBy(validators, ({ validator_id }) => validator_id);
  return checkDocument(TRUST_FILE, {
    format: 'quantum-lock/trust/v1',
    chain_id: chain.chain_id,
    genesis: chain.genesis,
    validators: Array.from(keys, ([validator_id, of]) => ({
      validator_id,
      public_keys: of.map(({ public_key }) => public_key),
    })),
    ...(checkpointKeys.length === 0 ? {} : { checkpoint_keys: [...checkpointKeys] }),
  });
}

/** Canonical JSON and a line end. */
export function encodeTrustFile(file: TrustFile): string {
  return encodeDocument(TRUST_FILE, file);
}

/** Reads it from anywhere, in any form of JSON. @throws DOCUMENT_INVALID */
export function decodeTrustFile(text: string): TrustedKeys {
  assertSize(TRUST_FILE, text);
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (cause) {
    throw invalid(TRUST_FILE.name, `is ${cause instanceof Error ? cause.message : 'not JSON'}`, cause);
  }
  const { chain_id, genesis, validators, checkpoint_keys } = checkDocument(TRUST_FILE, value);
  return {
    chain: { chain_id, genesis },
    validators: validators.flatMap(({ validator_id, public_keys }) =>
      public_keys.map((public_key) => ({ validator_id, public_key })),
    ),
    ...(checkpoint_keys === undefined ? {} : { checkpointKeys: checkpoint_keys }),
  };
}
