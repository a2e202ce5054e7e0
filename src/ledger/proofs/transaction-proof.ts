import { decodeHex, type Hash } from '../../base/bytes.ts';
import { leafHash, verifyInclusion } from '../log/log.ts';
import {
  canonicalBytes,
  failStep,
  hashes,
  onlyFields,
  runProofSteps,
  sealSteps,
  type ProofReport,
  type SealedHeader,
  type TrustedKeys,
} from './report.ts';
import { verifyWithNoble } from '../crypto/signature.ts';
import { checkSigned } from './signed-transaction.ts';

/** That a transaction is at a place of the log of a sealed block (RFC 6962 inclusion). */
export interface TransactionProof {
  /** Canonical JSON of the signed transaction. */
  readonly transaction: string;
  readonly log_index: number;
  readonly log_size: number;
  /** Siblings, from the leaf's upwards. */
  readonly path: readonly Hash[];
  readonly sealed: SealedHeader;
}

/** Checks a proof against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyTransactionProof(proof: TransactionProof, trusted: TrustedKeys): ProofReport {
  return runProofSteps(proof, () => [
    [
      'Transaction',
      () => {
        onlyFields(proof, ['transaction', 'log_index', 'log_size', 'path', 'sealed']);
        return checkSigned(canonicalBytes(proof.transaction), trusted.chain, verifyWithNoble).words;
      },
    ],
    [
      'Inclusion in the log',
      () => {
        const { header } = proof.sealed;
        if (proof.log_size !== header.log_size) failStep('the log size is not the one in the header');
        const included = verifyInclusion({
          leaf: leafHash(canonicalBytes(proof.transaction)),
          index: proof.log_index,
          size: proof.log_size,
          path: hashes(proof.path, 64).map(decodeHex),
          root: decodeHex(header.log_root),
        });
        if (!included) failStep('the path does not lead to the log root');
        return `leaf ${proof.log_index} of ${proof.log_size} under log root ${header.log_root}`;
      },
    ],
    ...sealSteps(proof.sealed, trusted),
  ]);
}
