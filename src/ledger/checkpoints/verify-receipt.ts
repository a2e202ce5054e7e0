import { decodeHex, encodeHash } from '../../base/bytes.ts';
import type { VerifyEd25519 } from '../crypto/ed25519.ts';
import { inclusionRoot, leafHash } from '../log/log.ts';
import { failStep, type ProofReport } from '../proofs/report.ts';
import { checkSigned } from '../proofs/signed-transaction.ts';
import { encodeToBeSigned } from './cose.ts';
import { decodeTransparentTransaction, type SignedPart } from './cose-receipt.ts';
import { keyForSize } from '../proofs/checkpoint-key-span.ts';
import { runDecoded, type TlogTrust } from './run-decoded.ts';

/** Checks a transaction with its receipt. Never throws: what is wrong is in the report. */
export function verifyReceipt(
  bytes: Uint8Array,
  trust: Omit<TlogTrust, 'verifiers' | 'policy'> & { readonly verifyEd25519: VerifyEd25519 },
): ProofReport {
  const { trusted, verifySignature, verifyEd25519 } = trust;
  return runDecoded(
    () => decodeTransparentTransaction(bytes, trusted.chain),
    ({ publicKey, subject, transaction, receipt, statement, inclusion }) => {
      const isSigned = ({ protectedBytes, signature }: SignedPart, payload: Uint8Array): boolean =>
        verifyEd25519(signature, encodeToBeSigned(protectedBytes, payload), decodeHex(publicKey));
      return [
        [
          'Transaction',
          () => {
            const { id, words } = checkSigned(transaction, trusted.chain, verifySignature);
            if (id !== subject) failStep('the statement is of another transaction');
            return words;
          },
        ],
        [
          'Key of the log',
          () => {
            const span = keyForSize(trusted.checkpointKeys ?? [], receipt.size);
            if (span?.public_key !== publicKey)
              failStep(`${publicKey} does not sign a log of ${receipt.size} transactions`);
            return `${publicKey} signs a log of ${receipt.size} transactions`;
          },
        ],
        [
          'Statement',
          () => {
            if (!isSigned(statement, transaction)) failStep('the signature does not verify');
            return 'the log signed that it is a transaction of it';
          },
        ],
        [
          'Receipt of inclusion',
          () => {
            const { index, size, path } = receipt;
            const root = inclusionRoot({ leaf: leafHash(transaction), index, size, path: path.map(decodeHex) });
            if (root === null) failStep('the path is none of a log of that size');
            if (!isSigned(inclusion, root)) failStep('the signature is not over the root that the path leads to');
            return `leaf ${index} of ${size} under log root ${encodeHash(root)}`;
          },
        ],
      ];
    },
  );
}
