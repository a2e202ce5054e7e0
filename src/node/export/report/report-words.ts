import { shellLine } from '../../../base/command-line.ts';
import { isoTime } from '../../../base/iso-time.ts';
import type { AuditReport, ReportBlock } from './report-model.ts';

/** The sentences of a report that both of its forms have. */

export function titleOf({ chain, envId }: AuditReport): string {
  return envId === null ? `Audit report of ${chain.chain_id}` : `Audit report of ${envId} on ${chain.chain_id}`;
}

/** `2026-11-26 09:30:00.000 UTC`. */
export function utcWords(time: number): string {
  return isoTime(time).replace('T', ' ').replace('Z', ' UTC');
}

/** The same moment where the report was made; null where that is UTC. */
export function localWords(time: number, timeZone: string): string | null {
  return timeZone === 'UTC' ? null : `${formatterOf(timeZone).format(time)} ${timeZone}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

export function periodWords({ from, to }: AuditReport): string {
  return `${utcWords(from.time)} to ${utcWords(to.time)}, blocks ${from.height} to ${to.height}`;
}

/** What was looked at for it, and what that shows. */
export function integrityWords({ blocks, transactions, to, envId }: AuditReport): readonly string[] {
  return [
    `While this report was made, all ${blocks} blocks of the period were read and checked: each block against its hash, its parent and the seal of a validator of that time, and its transactions against the root that the block names. Where one had not fitted, there would be no report.`,
    `The log of the chain has ${to.logSize} transactions at the end of the period. ${transactions} of them are told here${envId === null ? '' : `, all that changed ${envId}`}.`,
    'This document is a rendering for people. It is covered by a signed manifest beside it; what proves each transaction by itself is an export as JSON Lines of the same period.',
  ];
}

export function checkpointRows({ to }: AuditReport): readonly (readonly [string, string])[] {
  return blockRows(to);
}

export function blockRows(block: ReportBlock): readonly (readonly [string, string])[] {
  return [
    ['Block', String(block.height)],
    ['Time', utcWords(block.time)],
    ['Block hash', block.hash],
    ['Log size', String(block.logSize)],
    ['Log root', block.logRoot],
    ['State root', block.stateRoot],
  ];
}

export interface VerifyStep {
  readonly text: string;
  readonly command: string | null;
}

/** How somebody who trusts nobody checks it on another machine. */
export function verifySteps(report: AuditReport, fileName: string): readonly VerifyStep[] {
  const { from, to, envId, genesisWords, chain } = report;
  const again = [
    'dm',
    'blockchain',
    'export',
    '--format',
    'jsonl',
    '--from',
    String(from.height),
    '--to',
    String(to.height),
  ];
  const narrowed = envId === null ? again : [...again, '--environment', envId];
  return [
    { text: 'On another machine, install Quantum-Lock from a source that you trust.', command: null },
    {
      text: `Get the trust file of the chain by another way than this report, such as from two of its administrators, each by themselves. Its genesis is ${chain.genesis}; in words: ${genesisWords.join(' ')}. Compare these with them by voice.`,
      command: shellLine(['dm', 'proof', 'trust', '--output', 'trust.json']),
    },
    {
      text: 'Check this file and the manifest beside it.',
      command: shellLine(['dm', 'audit', 'verify', fileName, '--trust', 'trust.json']),
    },
    {
      text: 'Ask for the same period as JSON Lines: it proves every transaction, its place, its block and its time.',
      command: shellLine([...narrowed, '--output', 'evidence.jsonl']),
    },
    {
      text: 'Check that on the other machine as well: no chain is needed for it.',
      command: shellLine(['dm', 'audit', 'verify', 'evidence.jsonl', '--trust', 'trust.json']),
    },
  ];
}

export const POSTURE_WORDS = {
  good: 'Good',
  look: 'Look at it',
  bad: 'Not safe',
  unknown: 'Not known',
  nothing_to_check: 'Nothing to check',
} as const;
