import { REPORT_STYLE } from './report-style.ts';
import { isoTime } from '../../../base/iso-time.ts';
import { visibleText } from '../../../base/visible-text.ts';
import type { ActivityBar, AuditReport, GreenLine, ReportEvent, ReportSection } from './report-model.ts';
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

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. Piece by piece, as it is written. */
export function* htmlReport(report: AuditReport, fileName: string): Generator<string, void, undefined> {
  yield head(report);
  yield summary(report);
  yield green('green-start', 'Green at the start of the period', report.greenAtStart, report);
  yield green('green-end', 'Green at the end of the period', report.greenAtEnd, report);
  for (const section of report.sections) yield* events(section, report);
  yield recorded(report);
  yield posture(report);
  yield closing(report, fileName);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text: nothing that somebody named becomes a part of the page, or hides in it. */
function text(value: string | number): string {
  return visibleText(String(value)).replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}

function head(report: AuditReport): string {
  const title = text(titleOf(report));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kind">Audit report</p>
<h1>${title}</h1>
<p>${text(periodWords(report))}</p>
<p class="quiet">Made ${text(utcWords(report.madeAt))} by Quantum-Lock ${text(report.software)}. Local times are those of ${text(report.timeZone)}.</p>
</header>
`;
}

function summary({ counts, transactions, blocks, activity, sections, greenAtEnd, greenAtStart }: AuditReport): string {
  const figures = [
    { name: 'Transactions', count: transactions },
    { name: 'Blocks', count: blocks },
    ...counts,
    { name: 'Green at the start', count: greenAtStart?.length ?? 0 },
    { name: 'Green at the end', count: greenAtEnd.length },
  ];
  const links = [
    ['green-start', 'Green at the start'],
    ['green-end', 'Green at the end'],
    ...sections.map(({ id, title }) => [id, title] as const),
    ['recorded', 'What the node recorded'],
    ['posture', 'Posture'],
    ['verify', 'How to verify this'],
  ] as const;
  return `<nav aria-label="Contents"><ul>${links.map(([id, title]) => `<li><a href="#${id}">${text(title)}</a></li>`).join('')}</ul></nav>
<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
<dl class="figures">${figures.map(({ name, count }) => `<div><dt>${text(name)}</dt><dd>${count.toLocaleString('en')}</dd></div>`).join('')}</dl>
${chart('Transactions over the period', activity, ({ transactions: value }) => value)}
${chart('Promotions to Green over the period', activity, ({ promotions: value }) => value)}
</section>
`;
}

/** A few bars are not a wall. */
const BAR_WIDTH_MAX = 40;
const CHART = { width: 720, height: 120, bottom: 18 } as const;

/** Bars from zero, with the greatest and both ends named; the figures stand in the text alternative. */
function chart(title: string, bars: readonly ActivityBar[], valueOf: (bar: ActivityBar) => number): string {
  const most = Math.max(1, ...bars.map(valueOf));
  const { width, height, bottom } = CHART;
  const step = width / Math.max(1, bars.length);
  const wide = Math.min(step * 0.8, BAR_WIDTH_MAX);
  const rects = bars.map((bar, index) => {
    const size = ((height - bottom - 14) * valueOf(bar)) / most;
    return `<rect x="${(index * step + (step - wide) / 2).toFixed(1)}" y="${(height - bottom - size).toFixed(1)}" width="${wide.toFixed(1)}" height="${size.toFixed(1)}"/>`;
  });
  const told = bars.filter((bar) => valueOf(bar) > 0).map((bar) => `${bar.label}: ${valueOf(bar)}`);
  const spoken = told.length === 0 ? `${title}: none.` : `${title}. ${told.join('; ')}.`;
  return `<figure><figcaption>${text(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text(spoken)}"><line x1="0" y1="${height - bottom}" x2="${width}" y2="${height - bottom}"/>${rects.join('')}<text x="0" y="10">${most === 1 && told.length === 0 ? '' : `at most ${most.toLocaleString('en')}`}</text><text x="0" y="${height - 4}">${text(bars[0]?.label ?? '')}</text><text x="${width}" y="${height - 4}" text-anchor="end">${text(bars.at(-1)?.label ?? '')}</text></svg></figure>`;
}

function green(id: string, title: string, lines: readonly GreenLine[] | null, report: AuditReport): string {
  const rows = (lines ?? []).map(
    (line) =>
      `<tr><th scope="row">${text(line.envId)}${line.name === null || line.name === line.envId ? '' : `<br><span class="quiet">${text(line.name)}</span>`}</th><td>v${line.version}</td><td>${times(line.promotedAt, report)}</td><td>${text(line.promotedBy)}${line.approvedBy.length === 0 ? '' : `<br><span class="quiet">approved by ${text(line.approvedBy.join(', '))}</span>`}</td><td class="hash">${text(line.stateHash)}</td></tr>`,
  );
  const none = lines === null ? 'The period begins with the chain: there was nothing before.' : 'Nothing was Green.';
  return `<section aria-labelledby="${id}"><h2 id="${id}">${text(title)}</h2>${
    rows.length === 0
      ? `<p>${none}</p>`
      : `<div class="wide"><table><thead><tr><th scope="col">Environment</th><th scope="col">Version</th><th scope="col">Green since</th><th scope="col">Promoted by</th><th scope="col">State hash</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  }</section>\n`;
}

function times(time: number, { timeZone }: AuditReport): string {
  const local = localWords(time, timeZone);
  const beside = local === null ? '' : `<br><span class="quiet">${text(local)}</span>`;
  return `<time datetime="${text(isoTime(time))}">${text(utcWords(time))}</time>${beside}`;
}

function* events(
  { id, title, none, events: all }: ReportSection,
  report: AuditReport,
): Generator<string, void, undefined> {
  yield `<section aria-labelledby="${id}"><h2 id="${id}">${text(title)} <span class="quiet">${all.length.toLocaleString('en')}</span></h2>`;
  if (all.length === 0) yield `<p>${text(none)}</p>`;
  else {
    yield '<div class="wide"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Signed by</th><th scope="col">Block</th><th scope="col">Transaction</th></tr></thead><tbody>';
    for (const event of all) yield eventRow(event, report);
    yield '</tbody></table></div>';
  }
  yield '</section>\n';
}

function eventRow({ time, what, who, block, id }: ReportEvent, report: AuditReport): string {
  return `<tr><td>${times(time, report)}</td><td>${text(what)}</td><td>${text(who)}</td><td>${block}</td><td class="hash">${text(id)}</td></tr>\n`;
}

function recorded(report: AuditReport): string {
  const rows = report.recorded.map(
    ({ time, severity, message }) =>
      `<tr><td>${times(time, report)}</td><td>${severity === 'critical' ? 'Critical' : 'Warning'}</td><td>${text(message)}</td></tr>`,
  );
  return `<section aria-labelledby="recorded"><h2 id="recorded">What the node recorded</h2><p>Alerts that the node which made this report had raised in the period and kept. They are on no chain: only that node’s word stands for them.</p>${
    rows.length === 0
      ? '<p>None.</p>'
      : `<div class="wide"><table><thead><tr><th scope="col">When</th><th scope="col">How grave</th><th scope="col">What</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  }</section>\n`;
}

function posture({ posture: checks }: AuditReport): string {
  const rows = checks.map(
    ({ title, level, finding, advice }) =>
      `<tr><th scope="row">${text(title)}</th><td class="level-${level}">${POSTURE_WORDS[level]}</td><td>${text(finding)}${advice === '' ? '' : `<br><span class="quiet">${text(advice)}</span>`}</td></tr>`,
  );
  return `<section aria-labelledby="posture"><h2 id="posture">Posture at the end of the period</h2><p>As the state of the chain shows it. What is not on the chain, such as who holds a key, it does not show.</p><div class="wide"><table><thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">Finding</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>\n`;
}

function closing(report: AuditReport, fileName: string): string {
  const rows = checkpointRows(report).map(
    ([name, value]) => `<tr><th scope="row">${text(name)}</th><td class="hash">${text(value)}</td></tr>`,
  );
  const steps = verifySteps(report, fileName).map(
    ({ text: words, command }) => `<li>${text(words)}${command === null ? '' : `<pre>${text(command)}</pre>`}</li>`,
  );
  return `<section aria-labelledby="integrity"><h2 id="integrity">Integrity</h2>${integrityWords(report)
    .map((words) => `<p>${text(words)}</p>`)
    .join('')}</section>
<section aria-labelledby="checkpoint"><h2 id="checkpoint">Checkpoint: the end of the period</h2><div class="wide"><table><tbody>${rows.join('')}</tbody></table></div></section>
<section aria-labelledby="verify"><h2 id="verify">How to verify this on another machine</h2><ol>${steps.join('')}</ol></section>
</main>
</body>
</html>
`;
}
