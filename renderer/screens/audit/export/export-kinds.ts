import type { AuditFilter } from '../../../../src/api/chain/audit.ts';
import type { ExportKind } from '../../../../src/ledger/documents/export-manifest.ts';

/** What can be taken home, as a person chooses it. */
export interface ExportChoice {
  readonly kind: ExportKind;
  readonly title: string;
  readonly about: string;
}

/** The usual ones first. */
export const EXPORT_CHOICES: readonly ExportChoice[] = [
  {
    kind: 'pdf',
    title: 'Report on paper (PDF)',
    about: 'What happened, who decided it, what was Green, and how to verify it. For people and archives.',
  },
  {
    kind: 'html',
    title: 'Report as a page (HTML)',
    about: 'The same as one file for a browser. It loads nothing and runs nothing.',
  },
  {
    kind: 'jsonl',
    title: 'Transactions with proofs (JSON Lines)',
    about: 'Each row is proved by itself, and what is left out is left out visibly. For auditors and programs.',
  },
  { kind: 'csv', title: 'Table (CSV)', about: 'For a spreadsheet: no cell is taken for a formula.' },
  { kind: 'cef', title: 'Events (CEF)', about: 'For a SIEM.' },
  {
    kind: 'blocks',
    title: 'The whole chain',
    about:
      'Every block in the bytes that were signed, whatever the filter is. Another program can verify it from the first to the last.',
  },
];

export function isReport(kind: ExportKind): boolean {
  return kind === 'pdf' || kind === 'html';
}

/** Fields that a report cannot be narrowed to: it is of a period, and of all environments or one. */
const NOT_OF_A_REPORT = ['actions', 'signer', 'text'] as const satisfies readonly (keyof AuditFilter)[];

/** Whether it can be of what the filter asks for. */
export function canBeOf(kind: ExportKind, filter: AuditFilter): boolean {
  return !isReport(kind) || NOT_OF_A_REPORT.every((name) => filter[name] === undefined);
}
