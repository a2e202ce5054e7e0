import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { AlertBook } from '../../../src/node/monitoring/alert-book.ts';
import type { AlertRule, Finding } from '../../../src/node/monitoring/alert-rule.ts';
import type { Facts } from '../../../src/node/monitoring/facts.ts';
import { indexDiffered } from '../../../src/node/monitoring/found-alerts.ts';
import { backupFailed } from '../../../src/node/monitoring/rules/backup-failed.ts';
import { backupOverdue } from '../../../src/node/monitoring/rules/backup-overdue.ts';
import { backupsUnreadable } from '../../../src/node/monitoring/rules/backups-unreadable.ts';
import { blockUnsealed } from '../../../src/node/monitoring/rules/block-unsealed.ts';
import { blocksUnwritten } from '../../../src/node/monitoring/rules/blocks-unwritten.ts';
import { chainDamaged } from '../../../src/node/monitoring/rules/chain-damaged.ts';
import { clockAhead } from '../../../src/node/monitoring/rules/clock-ahead.ts';
import { clockBehind } from '../../../src/node/monitoring/rules/clock-behind.ts';
import { contentLost } from '../../../src/node/monitoring/rules/content-lost.ts';
import { headCopyFailed } from '../../../src/node/monitoring/rules/head-copy-failed.ts';
import { historyChanged } from '../../../src/node/monitoring/rules/history-changed.ts';
import { indexUnwritable } from '../../../src/node/monitoring/rules/index-unwritable.ts';
import { lowDisk } from '../../../src/node/monitoring/rules/low-disk.ts';
import { passphraseBesideKeys } from '../../../src/node/monitoring/rules/passphrase-beside-keys.ts';
import { ALERT_RULES } from '../../../src/node/monitoring/rules/registry.ts';
import { doubleSeal } from '../../../src/node/monitoring/rules/double-seal.ts';
import { removedSeal } from '../../../src/node/monitoring/rules/removed-seal.ts';
import { repeatedRefusals } from '../../../src/node/monitoring/rules/repeated-refusals.ts';
import { slowSignatures } from '../../../src/node/monitoring/rules/slow-signatures.ts';
import { standing } from '../../../src/node/monitoring/rules/standing.ts';
import { stateCorruption } from '../../../src/node/monitoring/rules/state-corruption.ts';
import { storageGone } from '../../../src/node/monitoring/rules/storage-gone.ts';
import { threadFailed } from '../../../src/node/monitoring/rules/thread-failed.ts';
import { witnessesBehind } from '../../../src/node/monitoring/rules/witnesses-behind.ts';
import { WELL } from './facts-fixture.ts';

interface Case {
  readonly rule: AlertRule;
  readonly fires: Partial<Facts>;
  /** Letter for letter but for the advice of an error, which is in src/base/errors.ts. */
  readonly findings: readonly Partial<Finding>[];
  /** Nearly the same, and nothing is wrong. */
  readonly quiet: Partial<Facts>;
  /** Facts that do not say. */
  readonly unknown?: Partial<Facts>;
}

const failure = new QuantumLockError('STORAGE_FAILED', 'index.db: disk I/O error');
const right = WELL.clock;
const HOUR_MS = 3_600_000;
/** Scheduled every day, and rehearsed every 30 days, since the epoch. */
const BACKUPS = {
  since: 0,
  everyHours: 24,
  drillEveryDays: 30,
  isEncrypted: false,
  verifiedAt: null,
  drilledAt: null,
  failure: null,
} as const;

/** Set at the epoch, an hour at most. */
const WITNESSES = { withinMs: HOUR_MS, setAt: 0, unseenSince: 1_000, seenSize: 7, problems: [] } as const;
const FORKED = { name: 'alpha', message: 'it saw another history of this log (422)', isFork: true } as const;

/** One for each rule: what makes it fire, and what does not. */
const CASES: readonly Case[] = [
  {
    rule: standing,
    fires: { standing: [{ ...indexDiffered('block 3'), since: 2_000 }] },
    findings: [{ ...indexDiffered('block 3'), since: 2_000 }],
    quiet: { standing: [] },
  },
  {
    rule: passphraseBesideKeys,
    fires: { isPassphraseBesideKeys: true },
    findings: [
      {
        code: 'PASSPHRASE_BESIDE_KEYS',
        severity: 'warning',
        message: 'The passphrase of the encrypted keys is in the data directory next to them.',
        advice:
          'This is acceptable for trying the program out. For production use, keep the keys in the OS keychain, or move keys/passphrase off this machine and type it at each start.',
        since: 1_000,
      },
    ],
    quiet: { isPassphraseBesideKeys: false },
  },
  {
    rule: storageGone,
    fires: {
      storage: { error: new QuantumLockError('DATA_DIR_GONE', 'the data directory is no longer there'), since: 3_000 },
    },
    findings: [
      {
        code: 'DATA_DIR_GONE',
        severity: 'critical',
        message: 'The storage is gone: the data directory is no longer there.',
        since: 3_000,
      },
    ],
    quiet: { storage: null },
  },
  {
    rule: threadFailed,
    fires: { threadFailures: [failure, new QuantumLockError('NODE_FAILED', 'the query thread ended')] },
    findings: [
      { code: 'STORAGE_FAILED', severity: 'critical', message: 'index.db: disk I/O error' },
      { code: 'NODE_FAILED', severity: 'critical', message: 'the query thread ended' },
    ],
    quiet: { threadFailures: [] },
  },
  {
    rule: indexUnwritable,
    fires: { indexFailure: failure },
    findings: [{ code: 'STORAGE_FAILED', severity: 'critical', message: 'index.db: disk I/O error' }],
    quiet: { indexFailure: null },
  },
  {
    rule: historyChanged,
    fires: { historyFault: new QuantumLockError('HISTORY_CHANGED', 'the chain ends before block 9') },
    findings: [{ code: 'HISTORY_CHANGED', severity: 'critical', message: 'the chain ends before block 9' }],
    quiet: { historyFault: null },
  },
  {
    rule: doubleSeal,
    fires: {
      historyFault: new QuantumLockError('HISTORY_CHANGED', 'the history was replaced', {
        context: { reason: 'rewritten', seen_index: 8, seen_hash: '0x01', hash: '0x02' },
      }),
    },
    findings: [
      {
        code: 'DOUBLE_SEAL',
        severity: 'critical',
        message: 'Two different blocks 8 were made: 0x01 was seen here, and the chain has 0x02.',
      },
    ],
    quiet: {
      historyFault: new QuantumLockError('HISTORY_CHANGED', 'blocks are missing', { context: { reason: 'shorter' } }),
    },
  },
  {
    rule: chainDamaged,
    fires: { chainDamage: new QuantumLockError('STORAGE_CORRUPT', 'chain.db is damaged: a page') },
    findings: [{ code: 'STORAGE_CORRUPT', severity: 'critical', message: 'chain.db is damaged: a page' }],
    quiet: { chainDamage: null },
  },
  {
    rule: removedSeal,
    fires: {
      chainDamage: new QuantumLockError('STORAGE_CORRUPT', 'block 8 is not proved', {
        context: { place: 'block 8', reason: 'removed_key' },
      }),
    },
    findings: [
      {
        code: 'SEAL_BY_REMOVED_KEY',
        severity: 'critical',
        message: 'block 8 is sealed with a key that the chain had removed before it.',
      },
    ],
    quiet: { chainDamage: new QuantumLockError('STORAGE_CORRUPT', 'block 8 is not proved') },
  },
  {
    rule: repeatedRefusals,
    fires: {
      repeatedRefusals: [
        { key_id: 'key-1', name: 'Operations', count: 10, since: 1_000, at: 3_000, is_suspended: true },
      ],
    },
    findings: [
      {
        code: 'REPEATED_REFUSALS',
        severity: 'warning',
        message:
          '10 wrong passphrases in a row were given for the key "Operations"; it was suspended on this machine for a while.',
        subject: 'key-1',
        since: 3_000,
      },
    ],
    quiet: { repeatedRefusals: [] },
  },
  {
    rule: clockAhead,
    fires: {
      clock: { timestamp: 0, wall: Date.UTC(2030, 0, 2), state: 'ahead', offMs: 36 * HOUR_MS, against: 'chain' },
    },
    findings: [
      {
        code: 'CLOCK_IMPLAUSIBLE',
        severity: 'critical',
        message:
          'Nothing is sealed: the clock of this machine says 2030-01-02T00:00:00.000Z, which is 1.5 days ahead of the newest block: nothing is sealed with that time.',
      },
    ],
    quiet: { clock: right },
    unknown: { clock: null },
  },
  {
    rule: clockBehind,
    fires: { clock: { timestamp: 0, wall: 0, state: 'behind', offMs: -3.5 * HOUR_MS, against: 'chain' } },
    findings: [
      {
        code: 'CLOCK_BEHIND_CHAIN',
        severity: 'critical',
        message:
          'The clock of this machine is 3 hours behind the chain: either it is wrong, or a block was sealed while a clock was ahead.',
        advice:
          "Compare the machine's clock with one that you trust. If the machine is wrong, set it. If the chain ran ahead, propose to set it back: in Approvals, or with dm blockchain reset-clock. Until then what is signed carries the chain's time.",
      },
    ],
    quiet: { clock: right },
    unknown: { clock: null },
  },
  {
    rule: blocksUnwritten,
    fires: {
      sealing: {
        signatureVerifier: 'native',
        failure: { code: 'STORAGE_FULL', message: 'no space left for chain.db', advice: 'Free space.', since: 4_000 },
      },
    },
    findings: [
      {
        code: 'STORAGE_FULL',
        severity: 'critical',
        message: 'Blocks cannot be written: no space left for chain.db',
        advice: 'Free space.',
        since: 4_000,
      },
    ],
    quiet: { sealing: { signatureVerifier: 'native', failure: null } },
    unknown: { sealing: null },
  },
  {
    rule: stateCorruption,
    fires: { verified: { height: 7, time: 4_000, ok: false } },
    findings: [
      {
        code: 'STATE_CORRUPTION',
        severity: 'critical',
        message: 'The last integrity check found damage.',
        advice: 'Open Recovery, Integrity, for the place and the repair. What cannot be repaired comes from a backup.',
        since: 4_000,
      },
    ],
    quiet: { verified: null },
  },
  {
    rule: headCopyFailed,
    fires: {
      headCopyFailures: [
        new QuantumLockError('HEAD_COPY_FAILED', 'the newest head cannot be stored in /mnt: gone', {
          context: { place: '/mnt' },
        }),
      ],
    },
    findings: [
      {
        code: 'HEAD_COPY_FAILED',
        severity: 'warning',
        message: 'the newest head cannot be stored in /mnt: gone',
        subject: '/mnt',
      },
    ],
    quiet: { headCopyFailures: [] },
  },
  {
    rule: blockUnsealed,
    fires: { unsealed: { index: 8, hash: '0x00' } },
    findings: [
      {
        code: 'BLOCK_UNSEALED',
        severity: 'warning',
        message: 'Block 8 is written and has no seal: the chain ends at block 7.',
        advice:
          'The node was stopped while it sealed. The next start executes the block again, and seals it if the result is the same.',
      },
    ],
    quiet: { unsealed: null },
  },
  {
    rule: contentLost,
    fires: { lostContent: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    findings: [
      {
        code: 'CONTENT_LOST',
        severity: 'critical',
        message: 'The stored files of a, b, c, d, e and 2 more are lost.',
        advice:
          'Register their directories again, or run `dm blobs repair --from DIR` with a directory or a backup that has them.',
      },
    ],
    quiet: { lostContent: [] },
    unknown: { lostContent: null },
  },
  {
    rule: slowSignatures,
    fires: { sealing: { signatureVerifier: 'noble', failure: null } },
    findings: [
      {
        code: 'SLOW_SIGNATURES',
        severity: 'warning',
        message: 'Signatures are checked in JavaScript, about 30 times slower than natively.',
        advice: 'This platform has no prebuilt libsecp256k1; expect a few hundred transactions a second.',
        since: 1_000,
      },
    ],
    quiet: { sealing: { signatureVerifier: 'native', failure: null } },
    unknown: { sealing: null },
  },
  {
    rule: lowDisk,
    fires: { freeBytes: 1024 ** 3 - 1 },
    findings: [
      {
        code: 'LOW_DISK',
        severity: 'warning',
        message: "Only 1023 MiB are free on the data directory's disk.",
        advice: 'Free space before the disk is full.',
      },
    ],
    quiet: { freeBytes: 1024 ** 3 },
    unknown: { freeBytes: null },
  },
  {
    rule: backupFailed,
    fires: {
      backups: {
        ...BACKUPS,
        failure: { at: 5_000, what: 'backup', message: 'the mount is gone', advice: 'Mount it.' },
      },
    },
    findings: [
      {
        code: 'BACKUP_FAILED',
        severity: 'warning',
        message: 'The scheduled backup failed: the mount is gone.',
        advice: 'Mount it.',
        since: 5_000,
      },
    ],
    quiet: { backups: BACKUPS },
    unknown: { backups: failure },
  },
  {
    rule: backupOverdue,
    fires: { now: 61 * 24 * HOUR_MS, backups: { ...BACKUPS, verifiedAt: 59 * 24 * HOUR_MS - 1 } },
    findings: [
      {
        code: 'BACKUP_OVERDUE',
        severity: 'warning',
        message: 'No backup was made and verified for 48 hours; one is due every 24.',
      },
      {
        code: 'BACKUP_OVERDUE',
        severity: 'warning',
        message: 'No restore was rehearsed with success for 61 days; one is due every 30.',
      },
    ],
    quiet: { now: 48 * HOUR_MS, backups: { ...BACKUPS, since: 0 } },
    unknown: { backups: failure },
  },
  {
    rule: backupsUnreadable,
    fires: { backups: failure },
    findings: [
      {
        code: 'BACKUPS_UNREADABLE',
        severity: 'warning',
        message: 'No backup is made: index.db: disk I/O error.',
        advice: failure.advice,
      },
    ],
    quiet: { backups: BACKUPS },
  },
  {
    rule: witnessesBehind,
    fires: { now: HOUR_MS + 1_001, witnesses: { ...WITNESSES, problems: [FORKED] } },
    findings: [
      {
        code: 'WITNESSES_BEHIND',
        subject: 'fork alpha',
        severity: 'critical',
        message: 'The witness alpha saw another history of this log: it saw another history of this log (422).',
      },
      {
        code: 'WITNESSES_BEHIND',
        subject: 'late',
        severity: 'warning',
        since: 1_000,
        message:
          'Enough witnesses saw the log up to 7 transactions, and none of what came after within 1 hour. alpha: it saw another history of this log (422).',
      },
    ],
    quiet: { now: HOUR_MS + 1_000, witnesses: WITNESSES },
  },
];

describe('the rules of alerts', () => {
  test('each have a case here, in the order in which they are told', () => {
    expect(CASES.map(({ rule }) => rule)).toEqual(ALERT_RULES);
    expect(new Set(ALERT_RULES).size).toBe(ALERT_RULES.length);
  });

  test.each(CASES.map((each): [string, Case] => [each.findings[0]?.code ?? '', each]))(
    '%s is found where it is, and not where it is not',
    (_, { rule, fires, findings, quiet, unknown }) => {
      const found = rule.evaluate({ ...WELL, ...fires });
      expect(found).toHaveLength(findings.length);
      expect(found).toMatchObject(findings);
      if (rule.code !== null) expect(found?.map(({ code }) => code)).toEqual(findings.map(() => rule.code));
      expect(rule.evaluate({ ...WELL, ...quiet })).toEqual([]);
      if (unknown !== undefined) expect(rule.evaluate({ ...WELL, ...unknown })).toBeNull();
    },
  );

  test('tell of witnesses that cannot be read, and count their time from when they were set', () => {
    expect(witnessesBehind.evaluate({ ...WELL, witnesses: failure })).toMatchObject([
      { subject: 'unreadable', severity: 'warning', advice: failure.advice },
    ]);
    const late = { ...WITNESSES, setAt: HOUR_MS };
    expect(witnessesBehind.evaluate({ ...WELL, now: 2 * HOUR_MS, witnesses: late })).toEqual([]);
    expect(witnessesBehind.evaluate({ ...WELL, now: 2 * HOUR_MS + 1, witnesses: late })).toHaveLength(1);
    expect(witnessesBehind.evaluate({ ...WELL, now: 9e12, witnesses: { ...late, unseenSince: null } })).toEqual([]);
  });

  test('find nothing where nothing is wrong', () => {
    expect(new AlertBook({ rules: ALERT_RULES, now: () => 10_000 }).look(WELL)).toEqual([]);
  });

  test('count advice on the set-up alone as no harm to the node', () => {
    expect(ALERT_RULES.filter(({ isAdvisory }) => isAdvisory)).toEqual([passphraseBesideKeys]);
  });

  test('call a rehearsal of what is encrypted due when it is: nobody but a person makes it', () => {
    const at = (days: number, isEncrypted: boolean): unknown =>
      backupOverdue.evaluate({
        ...WELL,
        now: days * 24 * HOUR_MS,
        backups: { ...BACKUPS, verifiedAt: days * 24 * HOUR_MS, isEncrypted },
      });
    expect(at(31, false)).toEqual([]);
    expect(at(30, true)).toEqual([]);
    expect(at(31, true)).toMatchObject([
      { subject: 'drill', advice: expect.stringContaining('with an identity that opens the copies') as string },
    ]);
  });

  test('say nothing of the disk where the data directory is gone', () => {
    const storage = { error: new QuantumLockError('DATA_DIR_GONE', 'gone'), since: 3_000 };
    expect(lowDisk.evaluate({ ...WELL, freeBytes: 0, storage })).toEqual([]);
  });
});
