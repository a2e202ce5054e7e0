import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { MODEL_CLAIM_PATHS_MAX, MODEL_CLAIMS_MAX } from '../../base/limits.ts';
import { read } from '../procedure.ts';

/** What others say of the content of a version. Nothing of the chain rests on it: its own digest is the state hash. */

const paths = z.array(z.string()).max(MODEL_CLAIM_PATHS_MAX);

/** An OpenSSF Model Signing signature that lies among the files. */
export const modelClaim = z.object({
  /** Where it lies. */
  path: z.string(),
  /** Why it says nothing here; null where it does. */
  problem: z.string().nullable(),
  /** What they call the directory. */
  name: z.string().nullable(),
  /** How the files that they signed and those of this version go together: counts, and some of each. Null where that cannot be told. */
  files: z
    .object({
      same: count,
      different_count: count,
      missing_count: count,
      unsigned_count: count,
      different: paths,
      missing: paths,
      unsigned: paths,
    })
    .nullable(),
  /** Of the signature over it: with the given key, or the one of its certificate, whose issuer is not checked. */
  signature: z.enum(['valid', 'invalid', 'unchecked']),
  /** Who signed, as it says itself. */
  signer: z.string().nullable(),
});
export type ModelClaim = z.infer<typeof modelClaim>;

export const claimProcedures = {
  /** `key`: a public key in PEM, for signatures that carry none. @throws INPUT_INVALID, BLOB_CORRUPT */
  modelClaims: read
    .input(z.strictObject({ state_hash: hash, key: z.string().max(10_000).optional() }))
    .output(z.object({ known: z.boolean(), claims: z.array(modelClaim).max(MODEL_CLAIMS_MAX) })),
};
