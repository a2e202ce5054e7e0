import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { EnvironmentPage, EnvironmentSummary, EnvironmentView } from '../../api/views/environments.ts';
import type { EnvironmentRecord } from '../../ledger/state-types.ts';
import type { StoredBlock } from '../storage/chain-reader.ts';
import type { Moment, QueryContext } from './query-context.ts';

interface EnvironmentRow {
  readonly env_id: string;
  readonly name: string | null;
  readonly archived: number;
  readonly blue_version: number;
  readonly blue_state_hash: string;
  readonly updated_at: number;
  readonly green_version: number | null;
  readonly green_state_hash: string | null;
  readonly promoted_at: number | null;
  readonly checkpoint_version: string | null;
  readonly merged: number;
}

export interface EnvironmentListQuery {
  readonly zone: 'blue' | 'green';
  readonly text?: string | undefined;
  readonly archived: boolean;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Environments: the two lanes' lists, and one environment at any moment. */
export class EnvironmentQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  environments({ zone, text, archived, after, limit }: EnvironmentListQuery): EnvironmentPage {
    const conditions = ['env_id > ?'];
    const parameters: (string | number)[] = [after ?? ''];
    if (!archived) conditions.push('archived = 0');
    if (zone === 'green') conditions.push('green_version IS NOT NULL');
    if (text !== undefined && text.trim() !== '') {
      conditions.push("(env_id LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\')");
      const pattern = `%${text.trim().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      parameters.push(pattern, pattern);
    }
    const rows = this.#context.index
      .prepare<(string | number)[], EnvironmentRow>(
        `SELECT * FROM environments WHERE ${conditions.join(' AND ')} ORDER BY env_id LIMIT ?`,
      )
      .all(...parameters, limit + 1);
    const page = rows.slice(0, limit);
    return {
      environments: page.map(summaryOfRow),
      next_after: rows.length > limit ? (page.at(-1)?.env_id ?? null) : null,
      blue_count: this.#count('blue_count'),
      green_count: this.#count('green_count'),
      indexed_height: Math.max(0, this.#context.indexer.height),
    };
  }

  #count(name: string): number {
    return (
      this.#context.index.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck().get(name) ?? 0
    );
  }

  /** @throws NOT_FOUND where it did not exist at that moment */
  environment({ env_id, at }: { readonly env_id: string; readonly at?: Moment }): EnvironmentView {
    const block = this.#context.blockAt(at);
    const read = (): EnvironmentRecord | undefined => this.#read(block, env_id);
    const record = at === undefined ? this.#context.environments.getState(env_id, read) : read();
    if (record === undefined)
      throw new QuantumLockError('NOT_FOUND', `there is no environment ${env_id} at block ${block.header.index}`);
    return { ...(record as EnvironmentView), height: block.header.index, state_root: block.header.state_root };
  }

  #read(block: StoredBlock, envId: string): EnvironmentRecord | undefined {
    const bytes = this.#context.chain.tree.get(block.roots.environments, envId);
    return bytes === undefined ? undefined : (JSON.parse(decodeUtf8(bytes)) as EnvironmentRecord);
  }
}

function summaryOfRow(row: EnvironmentRow): EnvironmentSummary {
  return { ...row, archived: row.archived === 1, merged: row.merged === 1 } as EnvironmentSummary;
}
