import type { AlertRule } from '../alert-rule.ts';
import { backupFailed } from './backup-failed.ts';
import { backupOverdue } from './backup-overdue.ts';
import { backupsUnreadable } from './backups-unreadable.ts';
import { blockUnsealed } from './block-unsealed.ts';
import { blocksUnwritten } from './blocks-unwritten.ts';
import { chainDamaged } from './chain-damaged.ts';
import { clockAhead } from './clock-ahead.ts';
import { clockBehind } from './clock-behind.ts';
import { contentLost } from './content-lost.ts';
import { headCopyFailed } from './head-copy-failed.ts';
import { historyChanged } from './history-changed.ts';
import { indexUnwritable } from './index-unwritable.ts';
import { lowDisk } from './low-disk.ts';
import { passphraseBesideKeys } from './passphrase-beside-keys.ts';
import { doubleSeal } from './double-seal.ts';
import { removedSeal } from './removed-seal.ts';
import { repeatedRefusals } from './repeated-refusals.ts';
import { slowSignatures } from './slow-signatures.ts';
import { standing } from './standing.ts';
import { stateCorruption } from './state-corruption.ts';
import { storageGone } from './storage-gone.ts';
import { threadFailed } from './thread-failed.ts';
import { witnessesBehind } from './witnesses-behind.ts';

/** Every rule, in the order in which alerts of one severity are listed. A new one is its file and its line here. */
export const ALERT_RULES: readonly AlertRule[] = [
  standing,
  passphraseBesideKeys,
  storageGone,
  threadFailed,
  indexUnwritable,
  historyChanged,
  doubleSeal,
  chainDamaged,
  removedSeal,
  repeatedRefusals,
  clockAhead,
  clockBehind,
  blocksUnwritten,
  stateCorruption,
  headCopyFailed,
  blockUnsealed,
  contentLost,
  slowSignatures,
  lowDisk,
  backupFailed,
  backupOverdue,
  backupsUnreadable,
  witnessesBehind,
];
