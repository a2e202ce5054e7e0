import { decodeHex } from '../../base/bytes.ts';
import { leafHash, verifyInclusion } from '../log/log.ts';
import { failStep, type ProofReport } from '../proofs/report.ts';
import { checkSigned } from '../proofs/signed-transaction.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { decodeTlogProof } from './tlog-proof.ts';
import { runDecoded, type TlogTrust } from './run-decoded.ts';
import { noteSteps } from './verify-checkpoint.ts';

/** Checks the text of a tlog-proof against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyTlogProof(text: string, trust: TlogTrust): ProofReport {
  return runDecoded(
    () => decodeTlogProof(text),
    ({ transaction, index, path, checkpoint }) => [
      ['Transaction', () => checkSigned(transaction, trust.trusted.chain, trust.verifySignature).words],
      ...noteSteps(checkpoint, trust),
      [
        'Inclusion in the log',
        () => {
          const { size, root } = decodeCheckpoint(checkpoint.text);
          const included = verifyInclusion({
            leaf: leafHash(transaction),
            index,
            size,
            path: path.map(decodeHex),
            root: decodeHex(root),
          });
          if (!included) failStep('the path does not lead to the root of the checkpoint');
          return `leaf ${index} of ${size} under log root ${root}`;
        },
      ],
    ],
  );
}
