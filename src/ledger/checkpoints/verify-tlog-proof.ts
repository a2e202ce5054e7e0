import { decodeHex, encodeHash } from '../../base/bytes.ts';
import { leafHash, verifyInclusion } from '../log/log.ts';
import { failStep, type ProofCheck, type ProofReport } from '../proofs/report.ts';
import { checkTransaction, isRejection } from '../transactions/transaction.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { decodeTlogProof } from './tlog-proof.ts';
import { runSteps, type TlogTrust } from './run-steps.ts';
import { noteSteps } from './verify-checkpoint.ts';

/** Checks the text of a tlog-proof against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyTlogProof(text: string, trust: TlogTrust): ProofReport {
  return runSteps(
    () => decodeTlogProof(text),
    ({ transaction, index, path, checkpoint }) => [
      transactionStep(transaction, trust),
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

/** That the bytes are a signed transaction of the chain; this says nothing of whether they are in its log. */
export function transactionStep(
  bytes: Uint8Array,
  { trusted, verifySignature }: Pick<TlogTrust, 'trusted' | 'verifySignature'>,
): ProofCheck {
  return [
    'Transaction',
    () => {
      const checked = checkTransaction(bytes, trusted.chain, verifySignature);
      if (isRejection(checked)) failStep(checked.message);
      return `signed by ${checked.transaction.signer}; id ${encodeHash(checked.id)}`;
    },
  ];
}
