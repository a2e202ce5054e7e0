import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { decodeHex, encodeHash, type Hash } from '../../../src/base/bytes.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { decodeHeader } from '../../../src/ledger/blocks/block.ts';
import type { BlockProof } from '../../../src/ledger/blocks/block-proof.ts';
import { stateRoot } from '../../../src/ledger/state/ledger-state.ts';
import { verifyConsistency } from '../../../src/ledger/log/log.ts';
import { MemoryStateStore } from '../../../src/ledger/state/memory-store.ts';
import { ChainReplay } from '../../../src/ledger/blocks/replay.ts';
import { publicKeyOf, verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import { verifyGreenProof, type GreenProof } from '../../../src/ledger/proofs/green-proof.ts';
import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { checkTransaction } from '../../../src/ledger/transactions/transaction.ts';
import { isSoak } from '../../property/check-property.ts';
import { Fault, verifyAll, type Documents } from '../../vectors/independent-verifier.ts';
import { makeVectors, readVectorText, VECTOR_NAMES, vectorText } from '../../vectors/make.ts';

const { vectors, chain } = makeVectors();
const committed = (): Documents =>
  Object.fromEntries(
    VECTOR_NAMES.map((name) => [name, JSON.parse(readVectorText(name)) as unknown]),
  ) as unknown as Documents;

interface ChainVectors {
  readonly chain_id: string;
  readonly genesis: Hash;
  readonly secrets: readonly string[];
  readonly blocks: readonly {
    readonly transactions: readonly { readonly transaction: string; readonly id: string; readonly leaf_hash: string }[];
    readonly header: string;
    readonly hash: string;
    readonly proof: BlockProof;
    readonly state_root: string;
    readonly namespace_roots: readonly { readonly namespace: string; readonly root: string }[];
    readonly log_root: string;
  }[];
}

describe('the committed vectors', () => {
  test.each(VECTOR_NAMES)('%s.json is what the ledger gives today', (name) => {
    expect(readVectorText(name)).toBe(vectorText(vectors[name]));
  });

  test('cover genesis and every action on environments and of governance', () => {
    const actions = chain.blocks.flatMap(({ checked }) => checked.map(({ transaction }) => transaction.action));
    expect(new Set(actions)).toEqual(
      new Set([
        'genesis',
        'create_environment',
        'update_environment',
        'promote_environment',
        'checkpoint_state',
        'merge_environments',
        'batch',
        'archive_environment',
        'recall_environment',
        'propose',
        'approve',
        'reject',
        'withdraw',
        'comment',
        'carry_approvals',
        'freeze',
        'rotate_key',
      ]),
    );
    expect(chain.blocks).toHaveLength(35);
  });

  test('cover what a rollback gives back, takes away, and leaves recalled', () => {
    const of = (key: string): JsonObject | undefined => chain.state.get('environments', key) as JsonObject | undefined;
    const { rollback: mark, ...maze } = of('maze') ?? {};
    expect(maze).toMatchObject({ green: null, blue: { version: 2 }, latest_version: 3, recalled: { version: 2 } });
    expect(mark).toMatchObject({ by: 'cleo' });
    expect(of('both')).toMatchObject({ rollback: mark, blue: { version: 2 } });
    expect(of('pole')).toMatchObject({ rollback: null, blue: { version: 3 } });
    expect([of('removed:pole'), of('removed:both')]).toEqual([undefined, undefined]);
  });

  test('cover every way that a proposal ends, and a validator that changes its key', () => {
    const statuses = vectors.governance['proposals'] as unknown as readonly { readonly id: string }[];
    const statusOf = (id: string): unknown => (chain.state.get('proposals', id) as JsonObject)['status'];
    expect(new Set(statuses.map(({ id }) => statusOf(id)))).toEqual(
      new Set(['executed', 'rejected', 'withdrawn', 'stale', 'open']),
    );
    const keys = chain.blocks.map(({ proof }) => proof.public_key);
    const changed = keys.findIndex((key) => key !== keys[0]);
    expect(chain.trusted.validators.map(({ public_key }) => public_key)).toEqual([keys[0], keys[changed]]);
    expect(new Set(keys.slice(changed))).toEqual(new Set([keys[changed]]));
  });

  test('replay from their bytes to the same ids, leaves and roots', () => {
    const { chain_id, genesis, secrets, blocks } = committed().chain as unknown as ChainVectors;
    const leaves: string[] = [];
    const replay = new ChainReplay({
      store: new MemoryStateStore(),
      verify: verifyWithNoble,
      onLeaf: (leaf) => leaves.push(encodeHash(leaf)),
    });
    for (const block of blocks) {
      const transactions = block.transactions.map(({ transaction }) =>
        checkTransaction(new TextEncoder().encode(transaction), { chain_id, genesis }, verifyWithNoble),
      );
      expect(transactions.map((checked) => ('id' in checked ? encodeHash(checked.id) : checked.message))).toEqual(
        block.transactions.map(({ id }) => id),
      );
      expect(replay.apply({ header: decodeHeader(block.header), proof: block.proof, transactions })).toBeNull();
      expect(replay.head?.hash).toBe(block.hash);
      expect(encodeHash(stateRoot(replay.roots))).toBe(block.state_root);
    }
    expect(leaves).toEqual(blocks.flatMap(({ transactions }) => transactions.map(({ leaf_hash }) => leaf_hash)));
    expect(secrets.map((secret) => publicKeyOf(decodeHex(secret)))).toContain(chain.head.proof.public_key);
  });

  test('hold proofs that verify', () => {
    const { transactions, state, consistency, green } = vectors.proofs as unknown as {
      transactions: Parameters<typeof verifyTransactionProof>[0][];
      state: Parameters<typeof verifyStateProof>[0][];
      consistency: { first: number; second: number; path: string[] }[];
      green: { proof: GreenProof; status: string }[];
    };
    for (const { proof, status } of green)
      expect(verifyGreenProof(proof, chain.trusted)).toMatchObject({ ok: true, verdict: { status } });
    for (const proof of transactions) expect(verifyTransactionProof(proof, chain.trusted)).toMatchObject({ ok: true });
    for (const proof of state) expect(verifyStateProof(proof, chain.trusted)).toMatchObject({ ok: true });
    const rootAt = (size: number): Uint8Array =>
      decodeHex(chain.blocks.find(({ header }) => header.log_size === size)?.header.log_root ?? '');
    for (const { first, second, path } of consistency) {
      expect(
        verifyConsistency({
          first,
          second,
          firstRoot: rootAt(first),
          secondRoot: rootAt(second),
          path: path.map(decodeHex),
        }),
      ).toBe(true);
    }
    expect([transactions.length, state.length, consistency.length, green.length]).toEqual([15, 14, 12, 8]);
  });
});

describe('the independent verifier', () => {
  test('accepts the vectors', () => {
    expect(() => verifyAll(committed())).not.toThrow();
  });

  /** Every text and number of the documents, with the way to it. */
  function placesOf(value: unknown, way: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== 'object' || value === null)
      return typeof value === 'string' || typeof value === 'number' ? [way] : [];
    return Object.entries(value).flatMap(([name, entry]) => placesOf(entry, [...way, name]));
  }

  function changedAt(documents: Documents, way: readonly string[]): Documents {
    const copy = structuredClone(documents) as unknown as Record<string, unknown>;
    let at = copy;
    for (const name of way.slice(0, -1)) at = at[name] as Record<string, unknown>;
    const last = way.at(-1) ?? '';
    const old = at[last];
    if (typeof old === 'number') at[last] = old + 1;
    // In the middle: within a hash, a key, or a canonical text.
    else if (typeof old === 'string') {
      const middle = Math.floor(old.length / 2);
      at[last] = old.slice(0, middle) + (old[middle] === '0' ? '1' : '0') + old.slice(middle + 1);
    }
    return copy as unknown as Documents;
  }

  test('refuses them with any one text or number changed', () => {
    const documents = committed();
    // Secrets are only there to make the vectors again; another absent key can make a proof of absence true as well.
    const ways = placesOf(documents).filter(([file, first, index, name]) => {
      const isAbsence = file === 'proofs' && first === 'state' && name === 'key' && Number(index) > 6;
      return first !== 'secrets' && !isAbsence;
    });
    expect(ways.length).toBeGreaterThan(600);
    // All of them take a quarter of a minute; by default, every 32nd from a random start.
    const start = isSoak ? 0 : randomInt(32);
    for (const way of ways.filter((_, index) => isSoak || index % 32 === start))
      expect(() => verifyAll(changedAt(documents, way)), way.join('.')).toThrow(Fault);
  });

  test('refuses a proof of absence under a key that is present', () => {
    const documents = structuredClone(committed()) as unknown as { proofs: { state: { key: string }[] } };
    const absence = documents.proofs.state[8];
    if (absence === undefined) throw new Error('there is no proof of absence');
    absence.key = 'maze';
    expect(() => verifyAll(documents as unknown as Documents)).toThrow(Fault);
  });

  test('knows nothing of src', () => {
    const importsOf = (name: string): (string | undefined)[] => {
      const text = readFileSync(new URL(`../../vectors/${name}.ts`, import.meta.url), 'utf8');
      return [...text.matchAll(/(?<![.\w])(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
    };
    expect(importsOf('independent-verifier')).toEqual([
      'node:crypto',
      './independent-checkpoints.ts',
      './independent-values.ts',
      './independent-execution.ts',
    ]);
    for (const name of ['independent-values', 'independent-checkpoints'])
      expect(importsOf(name)).toEqual(['node:crypto']);
    expect(importsOf('independent-recovery')).toEqual(['./independent-values.ts']);
    expect(new Set(importsOf('independent-governance'))).toEqual(
      new Set(['./independent-recovery.ts', './independent-values.ts']),
    );
    expect(new Set(importsOf('independent-execution'))).toEqual(
      new Set(['./independent-governance.ts', './independent-recovery.ts', './independent-values.ts']),
    );
    expect(importsOf('make').length).toBeGreaterThan(5);
  });
});
