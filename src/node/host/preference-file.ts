import { dirname, join } from 'node:path';
import { preferences, type Preferences, type SavedFilter } from '../../api/operator/preferences.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { PREFERENCE_FILTERS_MAX } from '../../base/limits.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';
import { isThere } from '../data-directory/is-there.ts';

type Changed = { readonly [Name in keyof Omit<Preferences, 'filters'>]?: Preferences[Name] | undefined };

const FILE = 'preferences.json';
const NONE: Preferences = { theme: null, first_steps_hidden: false, filters: [] };

/**
 * What the person prefers, in `preferences.json` of the data directory. Where nothing is kept (a file that is looked at, or a
 * directory that is not there yet), it lasts as long as the console.
 */
export class PreferenceFile {
  readonly #path: string | null;
  #unwritten: Preferences | null = null;

  constructor(dataDirectory: string | null) {
    this.#path = dataDirectory === null ? null : join(dataDirectory, FILE);
  }

  /** What cannot be read is as if nothing had been chosen. @throws STORAGE_DENIED, STORAGE_FAILED */
  read(): Preferences {
    if (this.#unwritten !== null) return this.#unwritten;
    const text = this.#path === null ? null : readText(this.#path);
    return preferences.safeParse(text === null ? null : jsonOrNull(text)).data ?? NONE;
  }

  /** What is given; the rest stays. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  choose({ theme, first_steps_hidden }: Changed): Preferences {
    const kept = this.read();
    return this.#keep({
      ...kept,
      theme: theme === undefined ? kept.theme : theme,
      first_steps_hidden: first_steps_hidden ?? kept.first_steps_hidden,
    });
  }

  #keep(next: Preferences): Preferences {
    const isKept = this.#path !== null && isThere(dirname(this.#path));
    if (isKept) replaceFile(this.#path, `${JSON.stringify(next, null, 2)}\n`);
    this.#unwritten = isKept ? null : next;
    return next;
  }

  /** @throws LIMIT_EXCEEDED, and as {@link choose} */
  saveFilter(filter: SavedFilter): Preferences {
    const others = this.#filtersBut(filter);
    if (others.length >= PREFERENCE_FILTERS_MAX)
      throw new QuantumLockError('LIMIT_EXCEEDED', `no more than ${PREFERENCE_FILTERS_MAX} filters are kept`, {
        advice: 'Forget one that is not used any more.',
      });
    return this.#keep({ ...this.read(), filters: [...others, filter].sort(byListAndName) });
  }

  /** Nothing happens where there is none. @throws as {@link choose} */
  forgetFilter(filter: Pick<SavedFilter, 'list' | 'name'>): Preferences {
    return this.#keep({ ...this.read(), filters: this.#filtersBut(filter) });
  }

  #filtersBut({ list, name }: Pick<SavedFilter, 'list' | 'name'>): SavedFilter[] {
    return this.read().filters.filter((one) => one.list !== list || one.name !== name);
  }
}

function byListAndName(left: SavedFilter, right: SavedFilter): number {
  const [one, other] = [`${left.list} ${left.name}`, `${right.list} ${right.name}`];
  return one < other ? -1 : one > other ? 1 : 0;
}
