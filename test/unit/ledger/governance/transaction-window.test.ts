import { describe, expect, test } from 'vitest';

import { readTransactionWindow } from '../../../../src/ledger/governance/transaction-window.ts';
import { ben, GovernedWorld } from '../governance-world.ts';
import { create, GENESIS_TIME, WINDOW_MS } from '../world.ts';

const setWindow = (world: GovernedWorld, value: number): void => {
  world.decide('set_parameter', { name: 'transaction_window_ms', value });
};
const HOUR_MS = 3_600_000;

describe('the transaction window', () => {
  test('is the genesis one, without a floor, until it is changed', () => {
    expect(readTransactionWindow(GovernedWorld.governed().state)).toEqual({
      windowMs: WINDOW_MS,
      floorAt: 0,
      reachMs: WINDOW_MS,
    });
  });

  test('that is changed lets nothing in that is older than the change', () => {
    const world = GovernedWorld.governed();
    const old = create('alpha', {}, { timestamp: GENESIS_TIME - WINDOW_MS });
    world.later(WINDOW_MS);
    setWindow(world, 24 * HOUR_MS);
    expect(readTransactionWindow(world.state)).toEqual({
      windowMs: 24 * HOUR_MS,
      floorAt: world.time,
      reachMs: 24 * HOUR_MS,
    });
    // Within the longer window, but perhaps in the chain and forgotten.
    expect(world.try(old, world.time)).toMatchObject({ name: 'TIMESTAMP_STALE' });
    expect(world.try(create('alpha', {}, { timestamp: world.time - 1 }), world.time)).toMatchObject({
      name: 'TIMESTAMP_STALE',
    });
    const made = create('alpha', {}, { timestamp: world.time });
    expect(world.try(made, world.time + 24 * HOUR_MS)).toBeNull();
    expect(world.try(made, world.time + 24 * HOUR_MS + 1)).toMatchObject({ name: 'TIMESTAMP_STALE' });
  });

  test('is the old one up to the end of the block that changes it', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('set_parameter', { name: 'transaction_window_ms', value: 1_000 });
    const execution = world.execution(world.time);
    expect(execution.add(world.checked(world.call('approve', { proposal_id: id }, ben)))).toBeNull();
    const old = create('alpha', {}, { timestamp: GENESIS_TIME - WINDOW_MS });
    expect(execution.add(world.checked(old))).toBeNull();
    execution.adopt(execution.roots());
    expect(world.try(create('beta', {}, { timestamp: GENESIS_TIME - 1 }))).toMatchObject({ name: 'TIMESTAMP_STALE' });
  });

  test('reaches as far as it ever did, when it is short again', () => {
    const world = GovernedWorld.governed().later(1_000);
    setWindow(world, HOUR_MS);
    world.later(1_000);
    setWindow(world, 1_000);
    expect(readTransactionWindow(world.state)).toEqual({ windowMs: 1_000, floorAt: world.time, reachMs: HOUR_MS });
    const ahead = create('alpha', {}, { timestamp: world.time + 1_001 });
    expect(world.try(ahead, world.time)).toMatchObject({ name: 'TIMESTAMP_FUTURE' });
    expect(world.try(ahead, world.time + 1)).toBeNull();
  });

  test('is not set to what it is', () => {
    expect(
      GovernedWorld.governed().tryPropose('set_parameter', { name: 'transaction_window_ms', value: WINDOW_MS }),
    ).toMatchObject({ name: 'STATE_UNCHANGED' });
    expect(
      GovernedWorld.governed().tryPropose('set_parameter', { name: 'proposal_lifetime_ms', value: 2_592_000_000 }),
    ).toMatchObject({ name: 'STATE_UNCHANGED' });
  });
});
