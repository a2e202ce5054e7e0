import { join } from 'node:path';
import { preparedDraft, type PreparedDraft } from '../../api/operator/prepared.ts';
import { isSameJson } from '../../base/same-json.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { PREPARED_DRAFTS_MAX } from '../../base/limits.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';

const FILE = 'prepared.json';

export interface PreparedDraftsOptions {
  readonly dataDirectory: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly randomId: () => string;
}

/**
 * What this machine prepared for people after a security event, in `prepared.json`: it waits there, over restarts, until a
 * person signs it or puts it away. It holds nothing that is signed, and nothing here can sign.
 */
export class PreparedDrafts {
  readonly #options: PreparedDraftsOptions;
  readonly #path: string;

  constructor(options: PreparedDraftsOptions) {
    this.#options = options;
    this.#path = join(options.dataDirectory, FILE);
  }

  /** Newest first. What cannot be read is none: nothing is lost by it but a form that was filled in. @throws STORAGE_DENIED, STORAGE_FAILED */
  list(): readonly PreparedDraft[] {
    const text = readText(this.#path);
    const parsed = preparedDraft.array().safeParse(text === null ? [] : jsonOrNull(text));
    return parsed.success ? parsed.data : [];
  }

  /**
   * Keeps a draft; one that asks for the same is there once, from the first event on. The oldest of too many goes.
   * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED
   */
  add(draft: Omit<PreparedDraft, 'draft_id' | 'prepared_at'>): void {
    const { randomId, now } = this.#options;
    const drafts = this.list();
    const isThere = drafts.some(({ action, payload }) => action === draft.action && isSameJson(payload, draft.payload));
    if (isThere) return;
    this.#write([{ draft_id: randomId(), prepared_at: now(), ...draft }, ...drafts].slice(0, PREPARED_DRAFTS_MAX));
  }

  /** @throws NOT_FOUND, STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  dismiss(draftId: string): void {
    const drafts = this.list();
    const left = drafts.filter(({ draft_id }) => draft_id !== draftId);
    if (left.length === drafts.length)
      throw new QuantumLockError('NOT_FOUND', `there is no prepared draft ${draftId.slice(0, 64)}`);
    this.#write(left);
  }

  /**
   * Drops drafts of what has happened meanwhile, here or elsewhere: a freeze, once the chain is frozen. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY,
   * STORAGE_FAILED
   */
  dropDone({ isFrozen }: { readonly isFrozen: boolean }): void {
    const drafts = this.list();
    const left = drafts.filter(({ action }) => !(action === 'freeze' && isFrozen));
    if (left.length < drafts.length) this.#write(left);
  }

  #write(drafts: readonly PreparedDraft[]): void {
    replaceFile(this.#path, `${JSON.stringify(drafts, null, 2)}\n`);
  }
}
