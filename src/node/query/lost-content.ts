import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import type { Hash } from '../../base/bytes.ts';
import type { ContentQueries } from './content-queries.ts';
import type { FollowedNamespace } from './followed-namespace.ts';

const LOOK_MS = 20_000;
/** As long as one look waits for a list that has not been read yet: a status is asked for every other second. */
const READ_MS = 50;

type EnvironmentList = Pick<FollowedNamespace<EnvironmentSummary>, 'entries' | 'readAhead'>;

/** Environments whose present files were stored here, and are not any more; looked up a few times a minute. */
export class LostContent {
  readonly #content: ContentQueries;
  readonly #environments: EnvironmentList;
  readonly #onDamage: (error: unknown) => void;
  #looked: { readonly at: number; readonly lost: readonly string[] } = { at: -Infinity, lost: [] };

  /** `onDamage`: of a store that cannot be opened; it hides nothing else. */
  constructor(content: ContentQueries, environments: EnvironmentList, onDamage: (error: unknown) => void) {
    this.#content = content;
    this.#environments = environments;
    this.#onDamage = onDamage;
  }

  /** Their ids, in order; null while the list of environments has not been read to its end, so that they are not known. */
  environments(): readonly string[] | null {
    if (performance.now() - this.#looked.at < LOOK_MS) return this.#looked.lost;
    if (this.#environments.readAhead(READ_MS)) return null;
    const all = [...this.#environments.entries().values()].filter(({ archived }) => !archived);
    const lost = new Set(this.#lostOf(all.flatMap(hashesOf)));
    const named = all.filter((one) => hashesOf(one).some((stateHash) => lost.has(stateHash)));
    this.#looked = { at: performance.now(), lost: named.map(({ env_id }) => env_id).sort() };
    return this.#looked.lost;
  }

  #lostOf(stateHashes: readonly Hash[]): readonly Hash[] {
    try {
      return this.#content.lost(stateHashes);
    } catch (error) {
      this.#onDamage(error);
      return [];
    }
  }
}

function hashesOf({ blue_state_hash, green_state_hash }: EnvironmentSummary): Hash[] {
  return green_state_hash === null ? [blue_state_hash] : [blue_state_hash, green_state_hash];
}
