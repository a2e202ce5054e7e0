import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { CLOCK_IDLE_MS_MAX, CLOCK_JUMP_MS_MAX } from '../../../src/base/limits.ts';
import {
  anchorNow,
  clockFileOf,
  keepAnchor,
  readAnchor,
  type MachineClock,
} from '../../../src/node/clock/machine-clock.ts';
import { acceptClock, SealingClock } from '../../../src/node/clock/sealing-clock.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { createBytes, foundTestChain, signedBytes } from '../../crash/test-chain.ts';
import { openedEngine } from './opened-engine.ts';

const root = mkdtempSync(join(tmpdir(), 'ql-clock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const GOVERNANCE = ['governance', 'governance'] as const;

let directories = 0;

/** A machine whose clock can be set, that can sleep and be restarted. */
class Machine implements MachineClock {
  now = Date.now();
  #ranMs = 1_000_000;
  bootId: string | null = 'boot 1';
  readonly wall = (): number => this.now;
  readonly uptime = (): number => this.#ranMs;

  /** Time passes, awake or asleep. */
  pass(ms: number): void {
    this.now += ms;
    this.#ranMs += ms;
  }

  /** Somebody sets the clock. */
  set(byMs: number): void {
    this.now += byMs;
  }

  restart(): void {
    this.bootId = `${this.bootId ?? 'boot'}, and again`;
    this.#ranMs = 5_000;
  }
}

function founded(): { readonly machine: Machine; readonly data: string; readonly path: string } {
  const machine = new Machine();
  const data = join(root, `chain-${directories++}`);
  foundTestChain(data, { timestamp: machine.now });
  const path = clockFileOf(join(data, 'chain'));
  keepAnchor(path, anchorNow(machine));
  return { machine, data, path };
}

const open = (data: string, machine: Machine, path: string) =>
  openedEngine(data, { now: machine.wall, clock: new SealingClock(machine, path) });

let names = 0;
const create = (timestamp: number, era = 0): Uint8Array => createBytes(`env-${names++}`, { timestamp, era });
const freeze = (timestamp: number, era = 0): Uint8Array =>
  signedBytes('freeze', { reason: 'a clock is wrong' }, { zones: GOVERNANCE, timestamp, era });

describe.each([
  ['a quarter of an hour', 15 * MINUTE_MS],
  ['a day', DAY_MS],
  ['a year', YEAR_MS],
  ['285 years', 285 * YEAR_MS],
])('a clock that is ahead by %s', (_, ms) => {
  test('is not sealed at a start, nor while running; and once it is right, all goes on', async () => {
    const { machine, data, path } = founded();
    machine.pass(5_000);
    machine.set(ms);
    const started = open(data, machine, path);
    await expect(started.engine.submit([create(machine.now)])).rejects.toMatchObject({ code: 'CLOCK_IMPLAUSIBLE' });
    expect(started.engine.clock()).toMatchObject({ state: 'ahead', against: 'uptime', offMs: ms });
    machine.set(-ms);
    expect((await started.engine.submit([create(machine.now)]))[0]?.outcome).toBe('committed');
    machine.set(ms);
    await expect(started.engine.submit([create(machine.now)])).rejects.toMatchObject({ code: 'CLOCK_IMPLAUSIBLE' });
    expect(started.store.reader.head().header.timestamp).toBeLessThan(machine.now - ms + 1);
    await started.close();
  });

  test('lets the chain be frozen, with the time that the node tells', async () => {
    const { machine, data, path } = founded();
    machine.set(ms);
    const { engine, close } = open(data, machine, path);
    const { timestamp } = engine.clock();
    expect(Math.abs(timestamp - (machine.now - ms))).toBeLessThan(1_000);
    expect((await engine.submit([freeze(timestamp)]))[0]?.outcome).toBe('committed');
    await close();
  });

  test('is sealed where an operator says that it is right, and that is kept', async () => {
    const { machine, data, path } = founded();
    machine.set(ms);
    const { engine, close } = open(data, machine, path);
    await expect(engine.submit([create(machine.now)])).rejects.toMatchObject({ code: 'CLOCK_IMPLAUSIBLE' });
    expect(acceptClock(machine, path).offMs).toBe(ms);
    expect((await engine.submit([create(machine.now)]))[0]?.outcome).toBe('committed');
    expect(readAnchor(path)?.accepted).toEqual([{ wall_ms: machine.now, off_ms: ms }]);
    await close();
  });
});

describe.each([15 * MINUTE_MS, DAY_MS, 57 * YEAR_MS, 300 * YEAR_MS])('a clock that is behind by %d ms', (ms) => {
  test('stops no chain: what is signed with the chain’s time is sealed with it', async () => {
    const { machine, data, path } = founded();
    machine.pass(1_000);
    machine.set(-ms);
    const { engine, store, close } = open(data, machine, path);
    const { state, timestamp } = engine.clock();
    expect(state).toBe('behind');
    expect(timestamp).toBe(store.reader.head().header.timestamp);
    expect((await engine.submit([create(timestamp), freeze(timestamp)])).map(({ outcome }) => outcome)).toEqual([
      'committed',
      'committed',
    ]);
    machine.set(ms);
    expect(engine.clock()).toMatchObject({ state: 'right' });
    await close();
  });
});

describe('a clock that is right', () => {
  test.each([DAY_MS, 29 * DAY_MS, 10 * YEAR_MS])(
    'is believed after the machine slept or idled for %d ms',
    async (ms) => {
      const { machine, data, path } = founded();
      machine.pass(ms);
      const { engine, close } = open(data, machine, path);
      expect((await engine.submit([create(machine.now)]))[0]?.outcome).toBe('committed');
      await close();
    },
  );

  test('is believed after a restart of the machine, as far as the chain was not idle for a month', () => {
    const { machine, path } = founded();
    const least = machine.now;
    machine.restart();
    machine.set(CLOCK_IDLE_MS_MAX);
    expect(new SealingClock(machine, path).read(least)).toMatchObject({ state: 'right' });
    machine.restart();
    machine.set(1);
    expect(new SealingClock(machine, path).read(least)).toMatchObject({ state: 'ahead', against: 'chain' });
  });

  test('may be corrected by what the window allows for', () => {
    const { machine, path } = founded();
    const least = machine.now - DAY_MS;
    machine.set(CLOCK_JUMP_MS_MAX);
    expect(new SealingClock(machine, path).read(least).state).toBe('right');
    machine.set(1);
    expect(new SealingClock(machine, path).read(least).state).toBe('ahead');
  });

  test.each(['', '{', '{"boot_id":"boot 1"}', '[]', 'null'])('needs no record that can be read: %j', (text) => {
    const { machine, path } = founded();
    writeFileSync(path, text);
    expect(new SealingClock(machine, path).read(machine.now - DAY_MS).state).toBe('right');
    expect(readAnchor(path)).not.toBeNull();
  });

  test('is looked at without a trace where nothing is sealed', () => {
    const { machine, path } = founded();
    rmSync(path);
    expect(new SealingClock(machine, path, { keeps: false }).read(machine.now - 1).state).toBe('right');
    expect(existsSync(path)).toBe(false);
  });
});

test('no chain is lost, wherever its clock is moved: steps, sleep, restarts of node and machine', async () => {
  const random = SeededRandom.announced('sealing clock');
  for (let run = 0; run < (isSoak ? 100 : 3); run++) {
    const { machine, data, path } = founded();
    const right = new Machine();
    const pass = (ms: number): void => {
      machine.pass(ms);
      right.pass(ms);
    };
    for (let step = 0; step < (isSoak ? 60 : 12); step++) {
      pass(random.between(0, 3) * MINUTE_MS);
      const kind = random.between(0, 5);
      if (kind === 0) machine.set(random.between(-57 * 365, 285 * 365) * DAY_MS);
      if (kind === 1) machine.set(right.now - machine.now);
      if (kind === 2) pass(random.between(1, 400) * DAY_MS);
      if (kind === 3) machine.restart();
      if (kind === 4) acceptClock(machine, path);
      const { engine, store, close } = open(data, machine, path);
      const { state, timestamp } = engine.clock();
      const era = store.reader.identity().era;
      const sent = await engine.submit([create(timestamp, era)]).catch((error: unknown) => error);
      if (state === 'ahead') expect(sent).toMatchObject({ code: 'CLOCK_IMPLAUSIBLE' });
      else expect(sent).toMatchObject([{ outcome: 'committed' }]);
      await close();
    }
    // Whatever happened: with a right clock that an operator accepted, everything can be done again.
    machine.set(right.now - machine.now);
    acceptClock(machine, path);
    const { engine, store, close } = open(data, machine, path);
    const { timestamp } = engine.clock();
    const { era } = store.reader.identity();
    expect(await engine.submit([freeze(timestamp, era)])).toMatchObject([{ outcome: 'committed' }]);
    await close();
  }
});
