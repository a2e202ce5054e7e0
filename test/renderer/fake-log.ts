import type { BlockSummary } from '../../src/api/chain/blocks.ts';
import type { TransactionRow } from '../../src/api/chain/transactions.ts';
import { fakeHash, fakePublicKey, mix, pick } from './fake-values.ts';

/** A log of any length, each row made when it is asked for. */

export const MEMBERS = [
  { member_id: 'operations-1', name: 'Operations 1', level: 'administrator' },
  { member_id: 'operations-2', name: 'Operations 2', level: 'administrator' },
  { member_id: 'security-lead', name: 'Security lead', level: 'administrator' },
  { member_id: 'trainer-07', name: 'trainer-07', level: 'blue_state' },
  { member_id: 'auditor', name: 'Auditor', level: 'read_only' },
] as const;

export const ENVIRONMENT_COUNT = 214;
export const ROWS_PER_BLOCK = 12;
export const ROW_INTERVAL_MS = 170;
const FAMILIES = ['grid-maze', 'cartpole-wind', 'negotiation-llm', 'tool-use-bench', 'lunar-lander-x', 'web-forms'];
const ACTIONS = [
  'update_environment',
  'update_environment',
  'update_environment',
  'create_environment',
  'promote_environment',
  'checkpoint_state',
  'merge_environments',
];

export function environmentId(number: number): string {
  const family = pick(FAMILIES, number);
  return number < FAMILIES.length
    ? family
    : `${family}-${String(Math.floor(number / FAMILIES.length)).padStart(2, '0')}`;
}

export interface AppendedRow {
  readonly action: string;
  readonly env_id: string | null;
  readonly summary: string;
  readonly block_index: number;
  readonly block_time: number;
}

export interface FakeFields extends AppendedRow {
  readonly member: (typeof MEMBERS)[number];
}

export class FakeLog {
  readonly #initialSize: number;
  readonly #startedAt: number;
  readonly #appended: AppendedRow[] = [];
  height: number;

  constructor(initialSize: number, now: number) {
    this.#initialSize = initialSize;
    this.#startedAt = now - initialSize * ROW_INTERVAL_MS;
    this.height = Math.ceil(initialSize / ROWS_PER_BLOCK) - 1;
  }

  get size(): number {
    return this.#initialSize + this.#appended.length;
  }

  append(row: Omit<AppendedRow, 'block_index'>): BlockSummary {
    this.height += 1;
    this.#appended.push({ ...row, block_index: this.height });
    return this.block(this.height);
  }

  /** What can be filtered by: cheap enough to look through a million of them. */
  fields(index: number): FakeFields {
    const appended = this.#appended[index - this.#initialSize];
    if (appended !== undefined) return { ...appended, member: MEMBERS[0] };
    const block = Math.floor(index / ROWS_PER_BLOCK);
    const action = pick(ACTIONS, mix(index));
    const envId = environmentId(mix(index * 5 + 2) % ENVIRONMENT_COUNT);
    return {
      action,
      env_id: envId,
      summary: summaryOf(action, envId, 1 + (mix(index) % 9)),
      member: pick(MEMBERS, mix(index * 3 + 1)),
      block_index: block,
      block_time: this.#startedAt + block * ROWS_PER_BLOCK * ROW_INTERVAL_MS,
    };
  }

  row(index: number): TransactionRow {
    const { member, ...fields } = this.fields(index);
    return {
      ...fields,
      id: fakeHash(1, index),
      log_index: index,
      sender: 'blue_state',
      recipient: fields.action === 'promote_environment' ? 'green_state' : 'blue_state',
      signer: fakePublicKey(MEMBERS.indexOf(member)),
      member_id: member.member_id,
      member_name: member.name,
    };
  }

  block(index: number): BlockSummary {
    const rows = this.rowsOf(index);
    const [first] = rows;
    if (first === undefined) throw new Error(`block ${index} is empty`);
    return {
      index,
      hash: fakeHash(2, index),
      timestamp: this.row(first).block_time,
      validator: 'authority-1',
      transaction_count: rows.length,
    };
  }

  rowsOf(block: number): number[] {
    const first = Math.min(block * ROWS_PER_BLOCK, this.#initialSize);
    const last = Math.min(first + ROWS_PER_BLOCK, this.#initialSize);
    const old = Array.from({ length: last - first }, (_, offset) => first + offset);
    const added = this.#appended.flatMap((row, offset) =>
      row.block_index === block ? [this.#initialSize + offset] : [],
    );
    return [...old, ...added];
  }
}

function summaryOf(action: string, envId: string, version: number): string {
  switch (action) {
    case 'create_environment':
      return `Registered ${envId} as version 1`;
    case 'promote_environment':
      return `Promoted version ${version} of ${envId} to Green`;
    case 'checkpoint_state':
      return `Marked Green of ${envId} as checkpoint ${version}.0`;
    case 'merge_environments':
      return `Merged 2 environments into ${envId} as version ${version}`;
    default:
      return `Updated ${envId} to version ${version}`;
  }
}
