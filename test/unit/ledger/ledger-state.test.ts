import { describe, expect, test, vi } from 'vitest';

import { encodeHash, encodeUtf8 } from '../../../src/base/bytes.ts';
import { STATE_VALUE_CACHE_COUNT_MAX } from '../../../src/base/limits.ts';
import { EMPTY_ROOTS, LedgerState, stateRoot, stateRootOf } from '../../../src/ledger/state/ledger-state.ts';
import { NO_PAST } from '../../../src/ledger/state/past-blocks.ts';
import { StateOverlay } from '../../../src/ledger/state/overlay.ts';
import { leafHash, merkleRoot } from '../../../src/ledger/log/log.ts';
import { MemoryStateStore } from '../../../src/ledger/state/memory-store.ts';
import { NAMESPACES, type Namespace } from '../../../src/ledger/state/records.ts';
import { hashOf } from '../../vectors/chain-builder.ts';

const newState = (): LedgerState => new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, NO_PAST);

describe('StateOverlay', () => {
  test('reads through, and keeps its writes to itself', () => {
    const below = new StateOverlay(newState());
    below.put('members', 'a', 1);
    const above = new StateOverlay(below);
    expect(above.get('members', 'a')).toBe(1);
    above.put('members', 'a', 2);
    above.put('members', 'b', false);
    expect([above.get('members', 'a'), above.get('members', 'b')]).toEqual([2, false]);
    expect([below.get('members', 'a'), below.get('members', 'b')]).toEqual([1, undefined]);
    expect(above.get('policies', 'a')).toBeUndefined();
    below.absorb(above);
    above.clear();
    expect([below.get('members', 'a'), below.get('members', 'b')]).toEqual([2, false]);
    expect(above.writes().size).toBe(0);
  });
});

describe('LedgerState', () => {
  test('changes nothing before it adopts', () => {
    const state = newState();
    const overlay = new StateOverlay(state);
    overlay.put('environments', 'a', { n: 1 });
    const roots = state.next(overlay);
    expect(state.get('environments', 'a')).toBeUndefined();
    expect(state.roots).toBe(EMPTY_ROOTS);
    expect(roots.members).toBe(EMPTY_ROOTS.members);
    state.adopt(roots, overlay);
    expect(state.get('environments', 'a')).toEqual({ n: 1 });
    expect(state.roots).toBe(roots);
    expect(state.get('members', 'a')).toBeUndefined();
  });

  test('opens at any root, past ones too', () => {
    const store = new MemoryStateStore();
    const state = new LedgerState(store, EMPTY_ROOTS, NO_PAST);
    const write = (value: number): void => {
      const overlay = new StateOverlay(state);
      overlay.put('parameters', 'a', value);
      state.adopt(state.next(overlay), overlay);
    };
    write(1);
    const past = state.roots;
    write(2);
    expect(new LedgerState(store, past, NO_PAST).get('parameters', 'a')).toBe(1);
    expect(new LedgerState(store, state.roots, NO_PAST).get('parameters', 'a')).toBe(2);
    expect(state.get('parameters', 'a')).toBe(2);
  });

  test('looks once for what is not there, until it is written', () => {
    const store = new MemoryStateStore();
    const read = vi.spyOn(store, 'page');
    const state = new LedgerState(store, EMPTY_ROOTS, NO_PAST);
    const write = (key: string): void => {
      const overlay = new StateOverlay(state);
      overlay.put('parameters', key, key);
      state.adopt(state.next(overlay), overlay);
    };
    write('a');
    expect(state.get('parameters', 'b')).toBeUndefined();
    read.mockClear();
    expect(state.get('parameters', 'b')).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
    write('b');
    expect(state.get('parameters', 'b')).toBe('b');
  });

  test('reads a value again that its cache has dropped', () => {
    const state = newState();
    const overlay = new StateOverlay(state);
    for (let index = 0; index <= STATE_VALUE_CACHE_COUNT_MAX; index++)
      overlay.put('environments', `env-${index}`, index);
    state.adopt(state.next(overlay), overlay);
    expect(state.get('environments', 'env-0')).toBe(0);
    expect(state.get('environments', `env-${STATE_VALUE_CACHE_COUNT_MAX}`)).toBe(STATE_VALUE_CACHE_COUNT_MAX);
  });
});

test('the state root is the RFC 6962 root over the names with their roots', () => {
  const leaf = (name: string): Uint8Array => leafHash(new Uint8Array([...encodeUtf8(name), ...new Uint8Array(32)]));
  expect(encodeHash(stateRoot(EMPTY_ROOTS))).toBe(encodeHash(merkleRoot(NAMESPACES.map(leaf))));
  const roots = new Map(NAMESPACES.map((name) => [name, encodeUtf8(hashOf(name).slice(2, 34))]));
  const rootsOf = (changed?: string): string =>
    encodeHash(
      stateRootOf(
        Object.fromEntries(
          [...roots].map(([name, root]) => [name, name === changed ? new Uint8Array(32) : root]),
        ) as Record<Namespace, Uint8Array>,
      ),
    );
  expect(new Set([rootsOf(), ...NAMESPACES.map(rootsOf)]).size).toBe(NAMESPACES.length + 1);
});
