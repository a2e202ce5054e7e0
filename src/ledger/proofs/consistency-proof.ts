import { decodeHex, type Hash } from '../../base/bytes.ts';
import { verifyConsistency } from '../log/log.ts';
import {
  failStep,
  hashes,
  onlyFields,
  runProofSteps,
  sealSteps,
  type ProofReport,
  type SealedHeader,
  type TrustedKeys,
} from './report.ts';

/** That the log of one sealed block is the beginning of another's (RFC 6962 consistency): nothing was taken out or changed. */
export interface ConsistencyProof {
  readonly earlier: SealedHeader;
  readonly later: SealedHeader;
  readonly path: readonly Hash[];
}

const PATH_LENGTH_MAX = 64;

/** Checks a proof against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyConsistencyProof(proof: ConsistencyProof, trusted: TrustedKeys): ProofReport {
  return runProofSteps(proof, () => [
    [
      'Consistency of the log',
      () => {
        onlyFields(proof, ['earlier', 'later', 'path']);
        const { header: earlier } = proof.earlier;
        const { header: later } = proof.later;
        if (earlier.index > later.index) failStep('the earlier block has the higher index');
        const isConsistent = verifyConsistency({
          first: earlier.log_size,
          second: later.log_size,
          path: hashes(proof.path, PATH_LENGTH_MAX).map(decodeHex),
          firstRoot: decodeHex(earlier.log_root),
          secondRoot: decodeHex(later.log_root),
        });
        if (!isConsistent) failStep('the earlier log is not the beginning of the later one');
        return `the first ${earlier.log_size} of ${later.log_size} transactions are those of block ${earlier.index}`;
      },
    ],
    ...sealSteps(proof.earlier, trusted).map(([step, run]) => [`${step} of the earlier`, run] as const),
    ...sealSteps(proof.later, trusted).map(([step, run]) => [`${step} of the later`, run] as const),
  ]);
}
