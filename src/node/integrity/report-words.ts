import type { IntegrityReport, NeededRows } from '../../api/operator/integrity.ts';
import { counted } from '../../base/count-words.ts';

/** A report in plain words, a line each: what was found, where, what was done, and what was lost. */
export function reportWords(report: Omit<IntegrityReport, 'words'>): string[] {
  const { findings, outcome, intact_height: intact, blocks, transactions, copy, quarantine } = report;
  const [first, ...others] = findings.map(({ place, message }) => `${place} ${message}`);
  const found = [
    `Found: ${first ?? 'damage'}.`,
    ...others.slice(0, FINDINGS_TOLD_MAX).map((line) => `Also: ${line}.`),
    ...(others.length > FINDINGS_TOLD_MAX ? [`And ${others.length - FINDINGS_TOLD_MAX} more.`] : []),
  ];
  const done = [
    ...(copy === null ? [] : [`Rows were taken from ${copy}; each fits the hash that the chain has of it.`]),
    startWords(report),
    `${counted(blocks, 'block')} with ${counted(transactions, 'transaction')} ${blocks === 1 ? 'was' : 'were'} executed again, and every row checked against the sealed blocks.`,
    ...(quarantine === null ? [] : [`The damaged file is kept whole: ${quarantine}.`]),
    'Nothing was lost.',
  ];
  switch (outcome) {
    case 'repaired':
    case 'filled':
      return [...found, ...done];
    case 'needs_copy':
      return [
        ...found,
        intact < 0 ? 'No block is known to be intact.' : `Blocks 0 to ${intact} are intact.`,
        `These rows follow from no others, and have to come from a copy of this chain: ${neededWords(report.needs)}.`,
        'Nothing is sealed until then, and nothing was changed. Any of these has them: another data directory of this chain, a chain.db from quarantine, a file of dm blockchain export, or a backup.',
        'Stop the node, and run: dm blockchain repair --from COPY.',
      ];
    case 'refused':
      return [
        ...found,
        'What could be made of the rows is not the chain that was here before, so nothing was changed. Keep the data as evidence; nothing is sealed on it.',
      ];
  }
}

const FINDINGS_TOLD_MAX = 10;

function startWords({
  started_from: from,
  intact_height: intact,
}: Pick<IntegrityReport, 'started_from' | 'intact_height'>): string {
  switch (from) {
    case null:
      return 'Every block was executed again, from genesis.';
    case 'own_rows':
      return `Blocks 0 to ${intact} were intact and kept as they were.`;
    case 'snapshot':
      return `The state up to block ${intact} was taken from a snapshot.`;
  }
}

const KIND_WORDS: Readonly<Record<NeededRows['kind'], readonly [one: string, many: string]>> = {
  header: ['the header of block', 'the headers of blocks'],
  proof: ['the seal of block', 'the seals of blocks'],
  transaction: ['transaction', 'transactions'],
};

/** "the header of block 3, transactions 40 to 42". */
export function neededWords(needs: readonly NeededRows[]): string {
  const told = needs.slice(0, NEEDS_TOLD_MAX).map(({ kind, first, last }) => {
    const [one, many] = KIND_WORDS[kind];
    return first === last ? `${one} ${first}` : `${many} ${first} to ${last}`;
  });
  const more = needs.length - told.length;
  return more > 0 ? `${told.join(', ')} and ${more} more runs` : told.join(', ');
}

const NEEDS_TOLD_MAX = 20;
