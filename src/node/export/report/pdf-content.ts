import type { ContentFile } from '../content-file.ts';
import type { WriteContent } from '../export-content.ts';
import { collectReport } from './collect-report.ts';
import type { PdfReport } from './pdf-document.ts';
import type { AuditReport, GreenLine, ReportEvent } from './report-model.ts';
import {
  checkpointRows,
  integrityWords,
  localWords,
  periodWords,
  POSTURE_WORDS,
  titleOf,
  utcWords,
  verifySteps,
} from './report-words.ts';

/** The report of a period on paper. */
export const writePdfReport: WriteContent = async (content, request, work) => {
  // Fonts and layout are loaded by nobody who asks for another form.
  const { PdfReport: Report } = await import('./pdf-document.ts');
  const { found, range, rows } = await collectReport(request, work);
  const title = titleOf(found);
  const pdf = new Report({
    title,
    madeAt: found.madeAt,
    footer: `${title} · genesis ${found.chain.genesis.slice(0, 18)}…`,
  });
  const written = async (): Promise<void> => {
    for (let piece = pdf.piece(); piece !== null; piece = pdf.piece()) await content.writeBytes(piece);
  };
  await layOut(pdf, found, { name: content.name, written });
  pdf.end();
  await written();
  return { range, rows };
};

interface Laying {
  readonly name: ContentFile['name'];
  readonly written: () => Promise<void>;
}

async function layOut(pdf: PdfReport, report: AuditReport, { name, written }: Laying): Promise<void> {
  pdf.title(titleOf(report));
  pdf.paragraph(periodWords(report));
  pdf.paragraph(
    `Made ${utcWords(report.madeAt)} by Quantum-Lock ${report.software}. Local times are those of ${report.timeZone}.`,
    true,
  );
  pdf.heading('Summary');
  await pdf.table(
    [
      { title: 'What', width: 300 },
      { title: 'How many', width: 199 },
    ],
    [
      ['Transactions', String(report.transactions)],
      ['Blocks', String(report.blocks)],
      ...report.counts.map(({ name: what, count }) => [what, String(count)]),
    ],
    written,
  );
  pdf.bars(
    'Transactions over the period',
    report.activity.map(({ label, transactions: value }) => ({ label, value })),
  );
  pdf.bars(
    'Promotions to Green over the period',
    report.activity.map(({ label, promotions: value }) => ({ label, value })),
  );
  await layOutGreen(pdf, 'Green at the start of the period', report.greenAtStart, { report, written });
  await layOutGreen(pdf, 'Green at the end of the period', report.greenAtEnd, { report, written });
  for (const { title, none, events } of report.sections) {
    pdf.heading(`${title} (${events.length})`);
    if (events.length === 0) pdf.paragraph(none);
    else await pdf.table(EVENT_COLUMNS, eventRows(events, report), written);
  }
  pdf.heading('What the node recorded');
  pdf.paragraph(
    'Alerts that the node which made this report had raised in the period and kept. They are on no chain: only that node’s word stands for them.',
  );
  if (report.recorded.length === 0) pdf.paragraph('None.');
  else
    await pdf.table(
      [
        { title: 'When', width: 110 },
        { title: 'How grave', width: 60 },
        { title: 'What', width: 329 },
      ],
      report.recorded.map(({ time, severity, message }) => [
        timesOf(time, report),
        severity === 'critical' ? 'Critical' : 'Warning',
        message,
      ]),
      written,
    );
  pdf.heading('Posture at the end of the period');
  pdf.paragraph(
    'As the state of the chain shows it. What is not on the chain, such as who holds a key, it does not show.',
  );
  await pdf.table(
    [
      { title: 'Check', width: 130 },
      { title: 'Result', width: 70 },
      { title: 'Finding', width: 299 },
    ],
    report.posture.map(({ title, level, finding, advice }) => [
      title,
      POSTURE_WORDS[level],
      `${finding} ${advice}`.trim(),
    ]),
    written,
  );
  pdf.heading('Integrity');
  for (const words of integrityWords(report)) pdf.paragraph(words);
  pdf.heading('Checkpoint: the end of the period');
  await pdf.table(
    [
      { title: 'What', width: 100 },
      { title: 'Value', width: 399 },
    ],
    checkpointRows(report),
    written,
  );
  pdf.heading('How to verify this on another machine');
  pdf.steps(verifySteps(report, name));
}

const EVENT_COLUMNS = [
  { title: 'When', width: 100 },
  { title: 'What', width: 164 },
  { title: 'Signed by', width: 80 },
  { title: 'Block', width: 34 },
  { title: 'Transaction', width: 121 },
];

function* eventRows(
  events: readonly ReportEvent[],
  report: AuditReport,
): Generator<readonly string[], void, undefined> {
  for (const { time, what, who, block, id } of events) yield [timesOf(time, report), what, who, String(block), id];
}

function timesOf(time: number, { timeZone }: AuditReport): string {
  const local = localWords(time, timeZone);
  return local === null ? utcWords(time) : `${utcWords(time)} (${local})`;
}

async function layOutGreen(
  pdf: PdfReport,
  title: string,
  lines: readonly GreenLine[] | null,
  { report, written }: { readonly report: AuditReport; readonly written: () => Promise<void> },
): Promise<void> {
  pdf.heading(title);
  if (lines === null) return pdf.paragraph('The period begins with the chain: there was nothing before.');
  if (lines.length === 0) return pdf.paragraph('Nothing was Green.');
  await pdf.table(
    [
      { title: 'Environment', width: 110 },
      { title: 'Version', width: 40 },
      { title: 'Green since', width: 100 },
      { title: 'Promoted by', width: 120 },
      { title: 'State hash', width: 129 },
    ],
    lines.map(({ envId, version, promotedAt, promotedBy, approvedBy, stateHash }) => [
      envId,
      `v${version}`,
      timesOf(promotedAt, report),
      approvedBy.length === 0 ? promotedBy : `${promotedBy}, approved by ${approvedBy.join(', ')}`,
      stateHash,
    ]),
    written,
  );
}
