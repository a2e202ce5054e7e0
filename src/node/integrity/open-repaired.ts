import { QuantumLockError } from '../../base/errors.ts';
import type { IntegrityReport, VerifyFinding } from '../../api/operator/integrity.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import type { HeadCopy } from '../history/head-copies.ts';
import { HeadWatch } from '../history/head-watch.ts';
import { localCopies } from '../history/local-copies.ts';
import { chainRepaired } from '../monitoring/found-alerts.ts';
import { StandingAlerts } from '../monitoring/standing-alerts.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { findingIn } from './finding-in.ts';
import { integrityPaths } from './integrity-paths.ts';
import { repairChain, type RepairOptions } from './repair-chain.ts';
import { neededWords } from './report-words.ts';
import type { RowCopy } from './row-copy.ts';
import { readScrubRecord, writeScrubRecord } from './scrub-record.ts';

export interface OpenRepairedOptions {
  readonly dataDirectory: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly headCopies?: readonly HeadCopy[];
  readonly copies?: readonly RowCopy[];
  readonly onRepair?: RepairOptions['onProgress'];
  readonly signal?: AbortSignal | undefined;
}

/** Nothing is sealed during a repair: it may take two processors. */
const REPAIR_THREADS = 2;

/**
 * Opens a chain whose lock the caller holds. Where the background check found damage in an earlier run, or opening meets some, it is
 * repaired first. `open` is given why nothing may be sealed on what is there, or null.
 * @throws what `open` throws, and what keeps a repair from being made
 */
export async function openRepaired<Opened>(
  options: OpenRepairedOptions,
  open: (blocked: QuantumLockError | null) => Promise<Opened>,
): Promise<Opened> {
  const { damage } = readScrubRecord(integrityPaths(options.dataDirectory).scrubRecord);
  if (damage !== null) return openAfter(options, damage, open);
  try {
    return await open(null);
  } catch (error) {
    const failure = storageError(CHAIN_DATABASE, error);
    if (!isChainDamage(failure)) throw failure;
    return openAfter(options, findingIn(failure), open, failure);
  }
}

/** Whether it says that stored rows do not fit their hashes. */
export function isChainDamage(error: unknown): error is QuantumLockError {
  return error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT';
}

/** `met`: what opening failed with, where it did. */
async function openAfter<Opened>(
  options: OpenRepairedOptions,
  finding: VerifyFinding,
  open: (blocked: QuantumLockError | null) => Promise<Opened>,
  met: QuantumLockError | null = null,
): Promise<Opened> {
  const report = await repairIn(options, finding);
  // The history is not that of this directory, or there is nothing that a repair would change.
  if (report === null && met !== null) throw met;
  const blocked = report === null ? null : blockedBy(report);
  try {
    return await open(blocked);
  } catch (error) {
    // It cannot even be shown: what is needed is what a person must hear.
    throw blocked ?? error;
  }
}

/** Repairs the chain of a directory whose lock the caller holds; null where nothing was damaged, or that cannot be told. */
export async function repairIn(
  options: OpenRepairedOptions,
  finding: VerifyFinding | null,
): Promise<IntegrityReport | null> {
  const { dataDirectory, now, headCopies = [], copies = [], onRepair, signal } = options;
  const watch = new HeadWatch(dataPaths(dataDirectory).chain, [...localCopies(dataDirectory, now), ...headCopies]);
  const report = await repairChain({
    dataDirectory,
    verifyThreads: REPAIR_THREADS,
    now,
    finding,
    copies,
    remembered: await watch.remembered(),
    onRepaired: (repaired) => new StandingAlerts(dataDirectory, now).raiseDurably(chainRepaired(repaired)),
    ...(onRepair === undefined ? {} : { onProgress: onRepair }),
    signal,
  });
  if (report === null || blockedBy(report) === null) forgetDamage(dataDirectory);
  return report;
}

/** What the background check had found is gone, or was nothing that a repair would change: the check begins again. */
function forgetDamage(dataDirectory: string): void {
  const { scrubRecord } = integrityPaths(dataDirectory);
  const state = readScrubRecord(scrubRecord);
  if (state.damage === null && state.under_way === null) return;
  const chain = { ...state.chain, ended_at: null };
  writeScrubRecord(scrubRecord, { ...state, chain, damage: null, under_way: null });
}

/** Why nothing is sealed on a chain after a look that ended so; null where it was repaired. */
function blockedBy({ outcome, report_id, findings, needs }: IntegrityReport): QuantumLockError | null {
  const [first] = findings;
  const context = { place: first?.place ?? CHAIN_DATABASE, report: report_id };
  const found = `${first?.place ?? CHAIN_DATABASE} ${first?.message ?? 'is damaged'}`;
  switch (outcome) {
    case 'repaired':
    case 'filled':
      return null;
    case 'needs_copy':
      return new QuantumLockError(
        'STORAGE_CORRUPT',
        `the chain is damaged (${found}), and needs rows from a copy: ${neededWords(needs)}`,
        {
          context,
          advice: `Stop the node, and run \`dm blockchain repair --from COPY\` with another data directory of this chain, an export of it, or a backup. Report: integrity/reports/${report_id}.txt.`,
        },
      );
    case 'refused':
      return new QuantumLockError(
        'STORAGE_CORRUPT',
        `the chain is damaged (${found}), and what can be made of its rows is not the chain that was here before`,
        {
          context,
          advice: `Nothing was changed: keep the data as evidence, and restore from a backup. Report: integrity/reports/${report_id}.txt.`,
        },
      );
  }
}
