import { describe, expect, it } from 'vitest';

import { decodeLocation, encodeLocation, withQuery } from '../../renderer/router/location.ts';
import { healthOfCopy, healthOfDestination } from '../../renderer/screens/recovery/backups/backup-words.ts';
import { cellsText } from '../../renderer/screens/recovery/integrity/area-cells.tsx';
import { aimQuery, decodePrepared, scopeQuery } from '../../renderer/screens/recovery/rollback/aim.ts';
import { heightAfter, keptCount, nextHeight } from '../../renderer/screens/recovery/rollback/timeline-layout.ts';

describe('the timeline of a rollback', () => {
  const points = [3, 5, 5, 9].map((block_index) => ({ block_index }));
  const newest = 12;

  it('keeps what is in the block that Green goes back to, and undoes what came after', () => {
    expect([2, 3, 5, 8, 9, 12].map((height) => keptCount(points, height))).toEqual([0, 1, 3, 3, 4, 4]);
  });

  it('goes back to the block before what is undone, so that as much as possible stays', () => {
    expect([0, 1, 2, 3, 4].map((kept) => heightAfter(points, kept, newest))).toEqual([2, 4, 4, 8, 12]);
  });

  it('never goes back behind the first block', () => {
    expect(heightAfter([{ block_index: 0 }], 0, newest)).toBe(0);
  });

  it('moves from step to step, those of one block together, and stays at both ends', () => {
    const walk = (from: number, step: number): number => nextHeight(points, { height: from, newest, step });
    expect(walk(12, -1)).toBe(8);
    expect(walk(8, -1)).toBe(4);
    expect(walk(4, -1)).toBe(2);
    expect(walk(2, -1)).toBe(2);
    expect(walk(2, 1)).toBe(4);
    expect(walk(8, 1)).toBe(12);
    expect(walk(12, 1)).toBe(12);
    // From between two steps, to the nearest one on that side.
    expect(walk(6, -1)).toBe(4);
    expect(walk(6, 1)).toBe(8);
  });

  it('moves several steps at a time, and no further than there are some', () => {
    expect(nextHeight(points, { height: 12, newest, step: -2 })).toBe(4);
    expect(nextHeight(points, { height: 12, newest, step: -5 })).toBe(2);
  });
});

describe('what the address says of a rollback', () => {
  const at = (address: string): ReturnType<typeof decodePrepared> => decodePrepared(decodeLocation(address).query);

  it('is a height, a time or a checkpoint', () => {
    expect(at('#/recovery').aim).toBeNull();
    expect(at('#/recovery?height=7').aim).toEqual({ height: 7 });
    expect(at('#/recovery?time=1700000000000').aim).toEqual({ time: 1_700_000_000_000 });
    expect(at('#/recovery?env=pong&checkpoint=1.0').aim).toEqual({ env_id: 'pong', checkpoint: '1.0' });
  });

  it('leaves out what is none of these', () => {
    for (const query of [
      'height=-1',
      'height=1e3',
      'time=soon',
      'checkpoint=1.0',
      'env=pong',
      'env=..%2F&checkpoint=1',
    ])
      expect(at(`#/recovery?${query}`).aim, query).toBeNull();
  });

  it('takes one target in the place of another, and keeps the scope', () => {
    const place = decodeLocation('#/recovery?height=7&scope=pong');
    const next = withQuery(place, aimQuery({ env_id: 'pong', checkpoint: '1.0' }));
    expect(decodePrepared(decodeLocation(next).query)).toEqual({
      aim: { env_id: 'pong', checkpoint: '1.0' },
      scope: ['pong'],
    });
  });

  it('names all environments, some, or none yet', () => {
    const scopeAfter = (scope: readonly string[] | null): unknown =>
      at(encodeLocation(['recovery'], scopeQuery(scope))).scope;
    expect(scopeAfter(null)).toBeNull();
    expect(scopeAfter([])).toEqual([]);
    expect(scopeAfter(['pong', 'cartpole', 'pong'])).toEqual(['cartpole', 'pong']);
  });
});

describe('how a backup fares', () => {
  const verified = (ok: boolean): { readonly at: number; readonly ok: boolean } => ({ at: 5, ok });

  it('is good only where the copy was read back and can be restored', () => {
    expect(healthOfCopy({ verified: verified(true), is_restorable: true, encrypted_to: null }).tone).toBe('good');
    // It cannot be opened here: no more is said than that.
    expect(healthOfCopy({ verified: verified(true), is_restorable: true, encrypted_to: [] }).words).toBe(
      'bytes verified',
    );
    expect(healthOfCopy({ verified: null, is_restorable: true, encrypted_to: null }).tone).toBe('warn');
    expect(healthOfCopy({ verified: verified(false), is_restorable: true, encrypted_to: null }).tone).toBe('bad');
    expect(healthOfCopy({ verified: verified(true), is_restorable: false, encrypted_to: null }).tone).toBe('bad');
  });

  it('is not good where a destination cannot be reached, or holds nothing', () => {
    const problem = { code: 'DESTINATION_FAILED', message: 'gone', advice: 'mount it' };
    expect(healthOfDestination({ problem, backups: [] }).tone).toBe('bad');
    expect(healthOfDestination({ problem: null, backups: [] }).tone).toBe('warn');
  });
});

describe('the picture of what is stored', () => {
  it('says in words what its cells show', () => {
    expect(
      cellsText([
        { from: 0, to: 9, state: 'verified' },
        { from: 10, to: 19, state: 'bad' },
        { from: 20, to: 29, state: 'waiting' },
        { from: 30, to: 39, state: 'waiting' },
      ]),
    ).toBe('Of 4 cells: 1 verified, 2 not checked yet, 1 damaged');
  });
});
