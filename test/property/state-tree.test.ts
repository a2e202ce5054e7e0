import { sha256 } from '#sha256';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import { decodeStatePage, encodeStatePage, LEAF, type StatePage } from '../../src/ledger/state/page.ts';
import {
  EMPTY_ROOT,
  stateLeafHash,
  statePath,
  StateTree,
  type StateStore,
  type StateValue,
  type TreeRoot,
} from '../../src/ledger/state/tree.ts';
import { coded } from '../coded.ts';
import { checkProperty } from './check-property.ts';
import { clusteredKeys } from './clustered-keys.ts';
import { naiveOrder, naiveRoot, naiveSiblings, pathOf } from './naive-state-tree.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const KEYS = clusteredKeys(120);
const valueOf = (number: number): Uint8Array => new TextEncoder().encode(`{"n":${number}}`);

/** Keeps pages as the bytes that a disk would hold. */
class BytesStore implements StateStore {
  readonly pages: Uint8Array[] = [];
  readonly values: StateValue[] = [];

  page(id: number): StatePage {
    return decodeStatePage(this.pages[id - 1] ?? new Uint8Array());
  }

  appendPage(page: StatePage): number {
    return this.pages.push(encodeStatePage(page));
  }

  value(id: number): StateValue {
    return this.values[id - 1] ?? { key: '', value: new Uint8Array() };
  }

  appendValue(value: StateValue): number {
    return this.values.push(value);
  }
}

const change = fc.tuple(fc.nat(KEYS.length - 1), fc.option(fc.nat(5), { nil: null }));
const updates = fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: 8 });

function applyTo(
  model: Map<string, Uint8Array>,
  changes: readonly (readonly [number, number | null])[],
): { key: string; value: Uint8Array | null }[] {
  const byKey = new Map(
    changes.map(([index, number]) => [KEYS[index] ?? '', number === null ? null : valueOf(number)]),
  );
  for (const [key, value] of byKey) {
    if (value === null) model.delete(key);
    else model.set(key, value);
  }
  return [...byKey].map(([key, value]) => ({ key, value }));
}

describe('the state tree against a map and the naive tree', () => {
  test('roots, reads, order, siblings and neighbours, at every step and of every step before', () => {
    checkProperty(
      'state tree',
      fc.property(updates, fc.constantFrom('memory', 'bytes'), (steps, kind) => {
        const tree = new StateTree(kind === 'memory' ? new MemoryStateStore() : new BytesStore());
        const model = new Map<string, Uint8Array>();
        const history: { root: TreeRoot; model: ReadonlyMap<string, Uint8Array> }[] = [
          { root: EMPTY_ROOT, model: new Map() },
        ];
        let root: TreeRoot = EMPTY_ROOT;
        for (const step of steps) {
          root = tree.update(root, applyTo(model, step));
          expect(hex(root.hash)).toBe(hex(naiveRoot(model)));
          history.push({ root, model: new Map(model) });
        }
        for (const then of history) {
          expect(hex(then.root.hash)).toBe(hex(naiveRoot(then.model)));
          const walked: string[] = [];
          tree.walk(then.root, ({ key, value }) => {
            expect(value).toEqual(then.model.get(key));
            walked.push(key);
            return true;
          });
          expect(walked).toEqual(naiveOrder(then.model));
          const order = naiveOrder(then.model);
          for (const key of KEYS.slice(0, 16)) {
            expect(tree.get(then.root, key)).toEqual(then.model.get(key));
            const path = pathOf(key);
            const { end, siblings } = tree.descend(then.root, path);
            expect(siblings.map(hex)).toEqual(naiveSiblings(then.model, path).map(hex));
            const value = then.model.get(key);
            if (value !== undefined) expect(hex(end.hash)).toBe(hex(stateLeafHash(statePath(key), sha256(value))));
            const before = order.findLast((other) => Buffer.compare(pathOf(other), path) < 0);
            const after = order.find((other) => Buffer.compare(pathOf(other), path) > 0);
            expect(tree.neighbour(then.root, path, 'left')?.key).toBe(before);
            expect(tree.neighbour(then.root, path, 'right')?.key).toBe(after);
          }
        }
      }),
      { small: 25, soak: 1_000 },
    );
  });

  test('the root depends on the content alone, not on the order or the grouping of the changes', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.nat(KEYS.length - 1), fc.nat(9)), {
      selector: ([index]) => index,
      maxLength: 40,
    });
    checkProperty(
      'order of changes',
      fc.property(entries, fc.array(fc.nat(KEYS.length - 1), { maxLength: 10 }), fc.nat(7), (list, extra, group) => {
        const kept = new Map(list.map(([index, number]) => [KEYS[index] ?? '', valueOf(number)]));
        const tree = new StateTree(new MemoryStateStore());
        const changes = [...kept].map(([key, value]) => ({ key, value }));
        const expected = hex(tree.update(EMPTY_ROOT, changes).hash);
        expect(expected).toBe(hex(naiveRoot(kept)));
        const strangers = [...new Set(extra.map((index) => KEYS[index] ?? ''))].filter((key) => !kept.has(key));
        let root = tree.update(
          EMPTY_ROOT,
          strangers.map((key) => ({ key, value: valueOf(1) })),
        );
        const size = group + 1;
        const reversed = changes.toReversed();
        for (let begin = 0; begin < reversed.length; begin += size)
          root = tree.update(root, reversed.slice(begin, begin + size));
        root = tree.update(
          root,
          strangers.map((key) => ({ key, value: null })),
        );
        expect(hex(root.hash)).toBe(expected);
      }),
      { small: 100, soak: 5_000 },
    );
  });

  test('an update with nothing to change keeps the root, and an emptied tree is the empty one', () => {
    const tree = new StateTree(new MemoryStateStore());
    const root = tree.update(EMPTY_ROOT, [{ key: 'a', value: valueOf(1) }]);
    expect(tree.update(root, [])).toBe(root);
    expect(hex(tree.update(root, [{ key: 'b', value: null }]).hash)).toBe(hex(root.hash));
    expect(tree.update(root, [{ key: 'a', value: null }])).toEqual(EMPTY_ROOT);
    expect(tree.update(EMPTY_ROOT, [{ key: 'a', value: null }])).toEqual(EMPTY_ROOT);
    expect(tree.get(EMPTY_ROOT, 'a')).toBeUndefined();
    expect(tree.neighbour(EMPTY_ROOT, pathOf('a'), 'left')).toBeUndefined();
  });

  test('a walk stops when told', () => {
    const tree = new StateTree(new MemoryStateStore());
    const root = tree.update(
      EMPTY_ROOT,
      KEYS.map((key) => ({ key, value: valueOf(1) })),
    );
    let seen = 0;
    tree.walk(root, () => ++seen < 5);
    expect(seen).toBe(5);
  });

  test('only the pages on changed paths are written', () => {
    const store = new BytesStore();
    const tree = new StateTree(store);
    const root = tree.update(
      EMPTY_ROOT,
      Array.from({ length: 2_000 }, (_, index) => ({ key: `k${index}`, value: valueOf(index) })),
    );
    const before = store.pages.length;
    tree.update(root, [{ key: 'k7', value: valueOf(-1) }]);
    expect(store.pages.length - before).toBeLessThanOrEqual(6);
  });
});

describe('a damaged store', () => {
  const corrupt = coded('STORAGE_CORRUPT');
  const filled = (): { store: BytesStore; tree: StateTree; root: TreeRoot } => {
    const store = new BytesStore();
    const tree = new StateTree(store);
    return {
      store,
      tree,
      root: tree.update(
        EMPTY_ROOT,
        KEYS.map((key) => ({ key, value: valueOf(1) })),
      ),
    };
  };
  const readAll = ({ tree, root }: ReturnType<typeof filled>): void => {
    for (const key of KEYS) tree.get(root, key);
  };

  test('reads whole where nothing is damaged', () => {
    expect(() => readAll(filled())).not.toThrow();
  });

  test('is found out at any changed byte of any page that is read', () => {
    checkProperty(
      'damaged pages',
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (pageIndex, place, difference) => {
        const damaged = filled();
        const bytes = damaged.store.pages[pageIndex % damaged.store.pages.length] ?? new Uint8Array();
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ difference;
        expect(() => readAll(damaged)).toThrow(corrupt);
      }),
      { small: 40, soak: 2_000 },
    );
  });

  test('is found out where a value or its key is another, or gone', () => {
    for (const value of [{ key: 'other', value: valueOf(1) }, { key: KEYS[0] ?? '', value: valueOf(2) }, undefined]) {
      const damaged = filled();
      const at = damaged.store.values.findIndex(({ key }) => key === KEYS[0]);
      if (value === undefined) damaged.store.values.length = at;
      else damaged.store.values[at] = value;
      expect(() => readAll(damaged)).toThrow(corrupt);
    }
  });

  test('of memory says which row is missing', () => {
    const store = new MemoryStateStore();
    expect(() => store.page(1)).toThrow(corrupt);
    expect(() => store.value(1)).toThrow(corrupt);
    expect(() => new StateTree(store).get({ page: 1, hash: new Uint8Array(32) }, 'a')).toThrow(corrupt);
  });

  test('knows a leaf from a node', () => {
    const { tree, root } = filled();
    expect(tree.descend(root, pathOf(KEYS[0] ?? '')).end.kind).toBe(LEAF);
  });
});
