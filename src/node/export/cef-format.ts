import { cutText } from '../../base/cut-text.ts';
import type { ExportRow } from '../../ledger/documents/export-lines.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { ExportFormat } from './export-format.ts';
import type { ExportedBlock } from './exported-blocks.ts';

/** Events for a SIEM, one in a line: ArcSight Common Event Format, version 0 (CEF Implementation Standard, revision 26). */
export class CefFormat implements ExportFormat {
  readonly #version: string;
  readonly #chainId: string;

  constructor({ version, chainId }: { readonly version: string; readonly chainId: string }) {
    this.#version = version;
    this.#chainId = chainId;
  }

  begin(): string {
    return '';
  }

  block({ rows }: ExportedBlock): string {
    return rows.map((row) => this.#event(row)).join('');
  }

  between(): string {
    return '';
  }

  #event(row: ExportRow): string {
    const header = [
      'Quantum-Lock',
      'Ledger',
      this.#version,
      row.action,
      nameOf(row.action),
      String(severityOf(row.action)),
    ];
    const extension = Object.entries(this.#extensionOf(row)).flatMap(([key, value]) =>
      value === null ? [] : [`${key}=${escapeValue(String(value))}`],
    );
    return `CEF:0|${header.map(escapeHeader).join('|')}|${extension.join(' ')}\n`;
  }

  /** Keys of the standard, with at most the lengths that it gives them. */
  #extensionOf(row: ExportRow): Readonly<Record<string, string | number | null>> {
    return {
      rt: row.time,
      externalId: row.log_index,
      act: row.action.slice(0, ACT_LENGTH_MAX),
      suid: row.member_id,
      suser: row.member_name,
      msg: cutText(row.summary, MSG_LENGTH_MAX),
      cs1Label: 'transactionId',
      cs1: row.id,
      cs2Label: 'environment',
      cs2: row.env_id,
      cs3Label: 'signer',
      cs3: row.signer,
      cs4Label: 'chain',
      cs4: this.#chainId,
      cn1Label: 'block',
      cn1: row.block,
    };
  }
}

const ACT_LENGTH_MAX = 63;
const MSG_LENGTH_MAX = 1_023;

function nameOf(action: string): string {
  return findAction(action)?.subject ?? action;
}

/** 0 to 10: what stops the chain is high, what several people decide is medium. */
function severityOf(name: string): number {
  const action = findAction(name);
  if (action === undefined) return 5;
  if (action.isUrgent) return 8;
  return action.defaultPolicy.mode === 'multisig' ? 6 : 3;
}

/** A line has one event, whatever it says. */
function escapeHeader(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(LINE_ENDS, ' ');
}

function escapeValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('=', '\\=')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll(LINE_ENDS, ' ');
}

/** What one reader or another takes for the end of a line. */
const LINE_ENDS = /[\r\n\v\f\u0085\u2028\u2029]/g;
