import { createHash } from 'node:crypto';
import { RFC9162 } from '@transmute/rfc9162';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogFrontier, inclusionPath, leafHash, merkleRoot, type LogNodeReader } from '../../src/ledger/log/log.ts';

/** Our log against a verifier that somebody else wrote from RFC 9162, which keeps RFC 6962's tree. */

function entriesOf(count: number): Uint8Array[] {
  return Array.from(
    { length: count },
    (_, index) => new Uint8Array(createHash('sha256').update(`entry ${index}`).digest()),
  );
}

function readerOf(leaves: readonly Uint8Array[]): LogNodeReader {
  return { perfectNode: (level, index) => merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)) };
}

describe('a log proof of ours', () => {
  test('verifies with a third-party implementation, and changed it does not', async () => {
    const sizes = fc
      .integer({ min: 1, max: 300 })
      .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 }), fc.nat({ max: 255 })));
    await fc.assert(
      fc.asyncProperty(sizes, async ([size, index, change]) => {
        const entries = entriesOf(size);
        const leaves = entries.map(leafHash);
        const frontier = new LogFrontier();
        for (const leaf of leaves) frontier.append(leaf);
        const root = frontier.root();
        expect(Buffer.from(await RFC9162.treeHead(entries))).toEqual(Buffer.from(root));
        const path = inclusionPath(readerOf(leaves), index, size);
        const proof = { log_id: '', tree_size: size, leaf_index: index, inclusion_path: path };
        const leaf = await RFC9162.leaf(entries[index] ?? new Uint8Array());
        expect(await RFC9162.verifyInclusionProof(root, leaf, proof)).toBe(true);
        const step = path[change % Math.max(1, path.length)];
        if (step === undefined) return;
        const changed = path.map((node) =>
          node === step ? node.map((byte, at) => (at === change % 32 ? byte ^ 1 : byte)) : node,
        );
        expect(await RFC9162.verifyInclusionProof(root, leaf, { ...proof, inclusion_path: changed })).toBe(false);
      }),
      { numRuns: process.env['QL_SOAK'] === '1' ? 2_000 : 100 },
    );
  });
});
