import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import type { Hash } from '../../base/bytes.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';

const FORMAT = 'quantum-lock/scrub-record/v1';

/** Passes over one thing. Times in Unix milliseconds. */
const passes = z.strictObject({
  count,
  /** End of the last whole one; null where there was none. */
  ended_at: z.int().nullable(),
  /** What it ended at: a height, or how many chunks there were; -1 for none. */
  reached: z.int(),
});
export type Passes = z.infer<typeof passes>;

const recordSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Of which chain it is; null before anything of one was looked at. */
  genesis: hash.nullable(),
  chain: passes,
  index: passes,
  content: passes,
  /** How far the pass over the chain is that was under way: its newest block and its hash, and the rows of the state up to there. */
  under_way: z.strictObject({ height: count, hash, pages: count, values: count }).nullable(),
  /** What was found in chain.db and stands; null where nothing does. `height`: the block at which it was found. */
  damage: z
    .strictObject({ place: z.string(), message: z.string(), height: z.int().nullable(), found_at: z.int() })
    .nullable(),
});
export type ScrubState = Omit<z.infer<typeof recordSchema>, 'format'>;

const NEVER: Passes = { count: 0, ended_at: null, reached: -1 };
const NOTHING: ScrubState = {
  genesis: null,
  chain: NEVER,
  index: NEVER,
  content: NEVER,
  under_way: null,
  damage: null,
};

export interface ScrubRecordPlace {
  readonly path: string;
  /** False where another process may hold the directory: it is read, and what is found is of this process alone. */
  readonly isKept: boolean;
}

/** Between two writes of how far it is: what a stop takes is looked at again. */
const SAVE_INTERVAL_MS = 10_000;

/** How far the background check is, kept from run to run in `integrity/scrub.json`. One that is lost or damaged is begun again. */
export class ScrubRecord {
  readonly #place: ScrubRecordPlace;
  #state: ScrubState;
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(place: ScrubRecordPlace) {
    this.#place = place;
    this.#state = readScrubRecord(place.path);
  }

  get state(): ScrubState {
    return this.#state;
  }

  /** What was remembered of another chain counts for nothing. */
  turnTo(genesis: Hash): void {
    if (this.#state.genesis !== genesis) this.#state = { ...NOTHING, genesis };
  }

  /** A whole pass has ended; what else changes with that is in `more`. */
  endPass(
    over: 'chain' | 'index' | 'content',
    end: { readonly at: number; readonly reached: number },
    more: Partial<ScrubState> = {},
  ): void {
    const { count: before } = this.#state[over];
    const passes: Passes = { count: before + 1, ended_at: end.at, reached: end.reached };
    this.update({ ...more, [over]: passes }, { isMilestone: true });
  }

  /** `isMilestone`: worth a write at once; other changes are written every few seconds. */
  update(change: Partial<ScrubState>, { isMilestone }: { readonly isMilestone: boolean }): void {
    this.#state = { ...this.#state, ...change };
    const { path, isKept } = this.#place;
    if (!isKept) return;
    if (!isMilestone && performance.now() - this.#savedAt < SAVE_INTERVAL_MS) return;
    this.#savedAt = performance.now();
    try {
      writeScrubRecord(path, this.#state);
    } catch {
      // A full or read-only disk has an alert of its own, and what is lost here is looked at again.
    }
  }
}

/** As it stands on the disk. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readScrubRecord(path: string): ScrubState {
  const parsed = recordSchema.safeParse(jsonOrNull(readText(path) ?? ''));
  if (!parsed.success) return NOTHING;
  const { format: _, ...state } = parsed.data;
  return state;
}

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeScrubRecord(path: string, state: ScrubState): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, `${JSON.stringify({ format: FORMAT, ...state })}\n`);
}
