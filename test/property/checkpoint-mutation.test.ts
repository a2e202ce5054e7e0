import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeNote } from '../../src/ledger/checkpoints/signed-note.ts';
import { verifyCheckpoint } from '../../src/ledger/checkpoints/verify-checkpoint.ts';
import { verifyReceipt } from '../../src/ledger/checkpoints/verify-receipt.ts';
import { verifyTlogProof } from '../../src/ledger/checkpoints/verify-tlog-proof.ts';
import { nativeVerifiers } from '../../src/node/checkpoints/native-verifiers.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { encodeHash } from '../../src/base/bytes.ts';
import { checkTransaction, isRejection } from '../../src/ledger/transactions/transaction.ts';
import { isCheckpoint, isReceipt, isTlogProof, type LogTrust } from '../vectors/independent-checkpoints.ts';
import { checkpointsWorld } from '../unit/ledger/checkpoints-world.ts';
import { checkProperty } from './check-property.ts';

/** Documents for others, changed by a byte, a cut, a line or a part of another: none is accepted, and a second program says the same. */

const counts = { small: 400, soak: 10_000 };
const { world, sizes, trusted, keys, checkpointOf, tlogProofOf, receiptOf } = checkpointsWorld();
const { log_size: last } = world.head.header;
const verifiers = nativeVerifiers();
const { verify: verifySignature } = loadSignatureVerifier();

const SIZES = [sizes[0], sizes[0] + 4, sizes[1], last];
const NOTES = SIZES.map((size) => Buffer.from(encodeNote(checkpointOf(size))));
const PROOFS = SIZES.flatMap((size) =>
  Array.from({ length: size }, (_, index) => Buffer.from(tlogProofOf(index, size))),
);
const RECEIPTS = SIZES.flatMap((size) =>
  Array.from({ length: size }, (_, index) => Buffer.from(receiptOf(index, size))),
);

/** As the program that was written from the specification alone is given it. */
const trust: LogTrust = {
  chainId: world.root.chain_id,
  genesis: world.root.genesis,
  keys: keys.map((key) => ({ publicKey: key.public_key, fromSize: key.from_size, untilSize: key.until_size })),
  idOf(transaction) {
    const checked = checkTransaction(transaction, world.root, verifySignature);
    return isRejection(checked) ? null : encodeHash(checked.id);
  },
};

interface Change {
  readonly of: number;
  readonly other: number;
  readonly kind: number;
  readonly at: number;
  readonly by: number;
}
const change: fc.Arbitrary<Change> = fc.record({
  of: fc.nat(),
  other: fc.nat(),
  kind: fc.nat(6),
  at: fc.nat(),
  by: fc.nat(),
});

const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split('\n');
const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'), 'latin1');

/** One document of `all`, changed; what by chance is another of them, or itself, is none. */
function changed(all: readonly Buffer[], { of, other, kind, at, by }: Change): Buffer | null {
  const [one, two] = [all[of % all.length] as Buffer, all[other % all.length] as Buffer];
  const place = at % one.length;
  const next = ((): Buffer => {
    switch (kind) {
      case 0: {
        const copy = Buffer.from(one);
        copy[place] = (copy[place] ?? 0) ^ (1 << (by % 8));
        return copy;
      }
      case 1:
        return Buffer.concat([one.subarray(0, place), one.subarray(place + 1)]);
      case 2:
        return Buffer.concat([one.subarray(0, place), Buffer.from([by % 256]), one.subarray(place)]);
      case 3:
        return one.subarray(0, place);
      case 4: {
        const [lines, others] = [linesOf(one), linesOf(two)];
        const line = at % lines.length;
        return joined(lines.map((text, index) => (index === line ? (others[index] ?? '') : text)));
      }
      case 5: {
        const lines = linesOf(one);
        const [left, right] = [at % lines.length, by % lines.length];
        return joined(
          lines.map((text, index) => (index === left ? lines[right] : index === right ? lines[left] : text) ?? ''),
        );
      }
      default:
        return Buffer.concat([one.subarray(0, place), two.subarray(place)]);
    }
  })();
  return all.some((known) => known.equals(next)) ? null : next;
}

interface Verdicts {
  readonly isAccepted: (bytes: Buffer) => boolean;
  readonly isAcceptedElsewhere: (bytes: Buffer) => boolean;
}

function everyChangeIsRefused(
  name: string,
  all: readonly Buffer[],
  { isAccepted, isAcceptedElsewhere }: Verdicts,
): void {
  for (const one of all) expect([isAccepted(one), isAcceptedElsewhere(one)]).toEqual([true, true]);
  let refused = 0;
  checkProperty(
    name,
    fc.property(change, (chosen) => {
      const bytes = changed(all, chosen);
      fc.pre(bytes !== null);
      expect(isAccepted(bytes), bytes.toString('latin1')).toBe(false);
      expect(isAcceptedElsewhere(bytes), bytes.toString('latin1')).toBe(false);
      refused++;
    }),
    counts,
  );
  expect(refused).toBeGreaterThanOrEqual(counts.small);
}

/** As a file is read: bytes that are no UTF-8 are refused before they are looked at. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

test('no changed checkpoint is accepted', () => {
  everyChangeIsRefused('changed checkpoints', NOTES, {
    isAccepted(bytes) {
      const text = textOf(bytes);
      return text !== null && verifyCheckpoint(text, { trusted, policy: null, verifiers }).ok;
    },
    isAcceptedElsewhere(bytes) {
      const text = textOf(bytes);
      return text !== null && isCheckpoint(text, trust);
    },
  });
});

test('no changed tlog-proof is accepted', () => {
  everyChangeIsRefused('changed tlog-proofs', PROOFS, {
    isAccepted(bytes) {
      const text = textOf(bytes);
      return text !== null && verifyTlogProof(text, { trusted, policy: null, verifiers, verifySignature }).ok;
    },
    isAcceptedElsewhere(bytes) {
      const text = textOf(bytes);
      return text !== null && isTlogProof(text, trust);
    },
  });
});

test('no changed receipt is accepted', () => {
  everyChangeIsRefused('changed receipts', RECEIPTS, {
    isAccepted: (bytes) => verifyReceipt(bytes, { trusted, verifySignature, verifyEd25519: verifiers.ed25519 }).ok,
    isAcceptedElsewhere: (bytes) => isReceipt(bytes, trust),
  });
});
