import type { AuditFilter } from '../../../api/chain/audit.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import type { ExportRow } from '../../../ledger/documents/export-lines.ts';
import { listMembers } from '../../../ledger/state/readers.ts';
import type { LedgerState } from '../../../ledger/state/ledger-state.ts';
import type { Transaction } from '../../../ledger/transactions/transaction.ts';
import { StandingAlerts } from '../../monitoring/standing-alerts.ts';
import { greenRecords } from '../../query/green-records.ts';
import { findPosture } from '../../query/posture.ts';
import { doneOperations } from '../../query/proposal-of.ts';
import type { ChainReader } from '../../storage/chain-reader.ts';
import { stateAfter } from '../../storage/stored-past.ts';
import type { ProvedBlock } from '../../storage/stored-block.ts';
import type { BlockRange } from '../../query/asked-blocks.ts';
import type { ContentRequest, ContentWork } from '../export-content.ts';
import { blockRangeOf, ExportedBlocks } from '../exported-blocks.ts';
import { activityOf, type Moment } from './activity.ts';
import type { AuditReport, GreenLine, ReportBlock, ReportEvent, ReportSection } from './report-model.ts';
import { SECTIONS, sectionOf, type SectionId } from './report-sections.ts';

/** What a report can be narrowed to: a period, and one environment. */
const FILTERS: ReadonlySet<string> = new Set(['from_time', 'to_time', 'from_block', 'to_block', 'env_id']);

/** Reads a period of the chain, checks every block of it, and says what happened. @throws USAGE, INPUT_INVALID, STORAGE_CORRUPT */
export async function collectReport(
  { reader, filter: json, dataDirectory, createdAt, software }: ContentRequest,
  work: ContentWork,
): Promise<{ readonly found: AuditReport; readonly range: BlockRange; readonly rows: number }> {
  const filter = json as AuditFilter;
  const other = Object.keys(filter).find((name) => !FILTERS.has(name));
  if (other !== undefined)
    throw new QuantumLockError('USAGE', 'a report is of a period and of all environments, or of one', {
      advice: 'Leave the other filters out, or choose jsonl, csv or cef.',
    });
  const range = blockRangeOf(reader, filter);
  const blocks = new ExportedBlocks(reader, filter);
  const events = new Map<SectionId, ReportEvent[]>(SECTIONS.map(({ id }) => [id, []]));
  const moments: Moment[] = [];
  let rows = 0;
  for await (const { rows: found } of blocks.in(range, work)) {
    for (const row of found) {
      const section = sectionOf(row.action, doneActions(reader, row));
      events.get(section)?.push(eventOf(row));
      moments.push({ time: row.time, isPromotion: section === 'promotions' });
    }
    rows += found.length;
  }
  const [from, to] = [reader.provedBlock(range.from), reader.provedBlock(range.to)];
  // Of one environment nothing is said about the rest.
  const told = SECTIONS.filter(({ isOfEnvironments }) => filter.env_id === undefined || isOfEnvironments);
  const sections: ReportSection[] = told.map((section) => ({ ...section, events: events.get(section.id) ?? [] }));
  const envId = filter.env_id ?? null;
  const isAsked = (line: GreenLine): boolean => envId === null || line.envId === envId;
  const greenAtEnd = greenIn(reader, to);
  const found: AuditReport = {
    chain: reader.chain(),
    genesisWords: fingerprintWords(reader.chain().genesis),
    envId,
    from: blockOf(from),
    to: blockOf(to),
    blocks: range.to - range.from + 1,
    transactions: rows,
    counts: sections.map(({ title, events: all }) => ({ name: title, count: all.length })),
    activity: activityOf(moments, { from: from.header.timestamp, to: to.header.timestamp }),
    greenAtStart: range.from === 0 ? null : greenIn(reader, reader.provedBlock(range.from - 1)).filter(isAsked),
    greenAtEnd: greenAtEnd.filter(isAsked),
    sections,
    posture: postureOf(stateAfter(reader, to), greenAtEnd, to.header.timestamp),
    recorded: recordedIn(dataDirectory, { from: from.header.timestamp, to: to.header.timestamp }),
    madeAt: createdAt,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    software,
  };
  return { found, range, rows };
}

/** What was done by it: the proposal's action where it completed one. */
function doneActions(reader: ChainReader, { transaction: text, block, id }: ExportRow): readonly string[] {
  const transaction = JSON.parse(text) as Transaction;
  return doneOperations(reader, block, { id, transaction }).map(({ action }) => action);
}

function eventOf({ time, block, id, member_id, member_name, signer, summary }: ExportRow): ReportEvent {
  const who = member_id === null ? signer : `${member_name ?? ''} (${member_id})`;
  return { time, block, id, who, what: summary };
}

function blockOf({ header, hash }: ProvedBlock): ReportBlock {
  return {
    height: header.index,
    hash,
    time: header.timestamp,
    logSize: header.log_size,
    logRoot: header.log_root,
    stateRoot: header.state_root,
  };
}

/** What is Green in the state of a block, by id; members by their names of then. */
function greenIn(reader: ChainReader, block: ProvedBlock): readonly GreenLine[] {
  const names = new Map(listMembers(stateAfter(reader, block)).map(({ member_id, name }) => [member_id, name]));
  const person = (id: string): string => `${names.get(id) ?? ''} (${id})`;
  return greenRecords(reader, block.roots).map(({ env_id, green, blue }) => {
    const { name } = blue.metadata;
    return {
      envId: env_id,
      name: typeof name === 'string' ? name : null,
      version: green.version,
      stateHash: green.state_hash,
      promotedAt: green.promoted_at,
      promotedBy: person(green.promoted_by),
      approvedBy: green.approved_by.map(person),
    };
  });
}

function postureOf(state: LedgerState, green: readonly GreenLine[], now: number): AuditReport['posture'] {
  return findPosture({ state, now, greenEnvironments: () => green.map(({ envId }) => envId) });
}

function recordedIn(
  dataDirectory: string,
  { from, to }: { readonly from: number; readonly to: number },
): AuditReport['recorded'] {
  return new StandingAlerts(dataDirectory, Date.now)
    .all()
    .filter(({ alert }) => alert.since >= from && alert.since <= to)
    .map(({ alert }) => ({ time: alert.since, severity: alert.severity, message: alert.message }));
}
