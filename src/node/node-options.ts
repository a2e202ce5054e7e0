import type { NextKey, SealingKey } from './chain/seal-block.ts';
import type { HeadCopy } from './history/head-copies.ts';
import type { RepairOptions } from './integrity/repair-chain.ts';
import type { RowCopy } from './integrity/row-copy.ts';
import type { Facts } from './monitoring/facts.ts';

export interface NodeOptions {
  readonly dataDirectory: string;
  /** The key that seals blocks; null opens the chain for reading only, beside whatever else runs. */
  readonly key: SealingKey | null;
  /** Keys that the chain may name next for this validator. */
  readonly nextKeys?: readonly NextKey[];
  readonly now: () => number;
  /** Hears of a block that changed who seals, or with what. */
  readonly onValidators?: () => void;
  /** Where the newest head is kept besides `head.record` and `signing.log`. */
  readonly headCopies?: readonly HeadCopy[];
  /** Whether the passphrase of the encrypted keys lies where they do. */
  readonly isPassphraseBesideKeys?: () => boolean;
  /** Keys of this machine that were tried again and again in vain. */
  readonly repeatedRefusals?: () => Facts['repeatedRefusals'];
  /** Where rows that follow from no others are taken from, if some are damaged. */
  readonly copies?: readonly RowCopy[];
  /** Called with the progress of a repair at the opening. */
  readonly onRepair?: RepairOptions['onProgress'];
  /** Ends a repair at the opening, which is then as if it had not been tried. */
  readonly signal?: AbortSignal | undefined;
}

/** The same, with copies of the secrets: {@link wipeKeys} wipes those alone. */
export function withKeyCopies(options: NodeOptions): NodeOptions {
  const { key, nextKeys = [] } = options;
  return { ...options, key: key === null ? null : copyOf(key), nextKeys: nextKeys.map(copyOf) };
}

export function wipeKeys({ key, nextKeys = [] }: NodeOptions): void {
  for (const { secret } of key === null ? nextKeys : [key, ...nextKeys]) secret.fill(0);
}

function copyOf<Key extends NextKey>(key: Key): Key {
  return { ...key, secret: key.secret.slice() };
}
