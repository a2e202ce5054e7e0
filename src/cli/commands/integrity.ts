import type { Command } from 'commander';
import { resolve } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import type { IntegrityReport, ScrubStatus, VerifyFinding } from '../../api/operator/integrity.ts';
import { lockDataDirectory } from '../../node/data-directory/data-lock.ts';
import { readNodeConfig, writeNodeConfig } from '../../node/data-directory/node-config.ts';
import { headCopies } from '../../node/history/places.ts';
import { openCopies } from '../../node/integrity/open-copy.ts';
import { repairIn } from '../../node/integrity/open-repaired.ts';
import { acknowledgeReport, reportViews } from '../../node/integrity/report-views.ts';
import { takeSnapshot } from '../../node/integrity/snapshots.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { verifyNode } from '../../node/verify/verify-node.ts';
import type { CommandContext } from '../context.ts';
import { fields, table, time } from '../output.ts';
import { wholeNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { sizeText } from './size-text.ts';

/** The check in the background, what it found, repair, and snapshots. */
export function registerIntegrity(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('scrub')
    .description('how far the check in the background is; with --now, a look at every stored row at once')
    .option('--now', 'look at everything now', false)
    .option('--status', 'how far it is (what is shown without --now)', false)
    .action(({ now }: { now: boolean }) => run((context) => (now ? scrubNow(context) : scrubStatus(context))));

  blockchain
    .command('repair')
    .description('make damaged rows again from those that they follow from; others are taken from a copy')
    .option(
      '--from <COPY>',
      'another data directory of this chain, a chain.db, an exported chain, or a backup that is not encrypted; may be repeated',
      (text: string, all: readonly string[] | undefined) => [...(all ?? []), text],
    )
    .action(({ from = [] }: { from?: readonly string[] }) => run((context) => repair(context, from)));

  blockchain
    .command('reports')
    .description('what was found damaged here, and what was done')
    .option('--seen <REPORT>', 'say that a report was read: its alert ends')
    .action(({ seen }: { seen?: string }) => run(async (context) => reports(context, seen)));

  blockchain
    .command('snapshot')
    .description('the state at a height in one file, for a fast start of a repair')
    .option('--at <HEIGHT>', 'of a sealed block; the newest without it', wholeNumber)
    .option('--output <FILE>', 'a new file; without it, it is kept in the data directory')
    .option(
      '--every <BLOCKS>',
      'take one whenever so many blocks have come, from the next start on; 0: never',
      wholeNumber,
    )
    .action(({ every, ...options }: { at?: number; output?: string; every?: number }) =>
      run(async (context) => (every === undefined ? snapshot(context, options) : snapshotEvery(context, every))),
    );
}

async function scrubStatus(context: CommandContext): Promise<void> {
  await context.withSession('read', async (client, { isRemote }) => {
    const status = await client.operator.scrubStatus();
    context.output.result({ ...status, running: isRemote }, () => [
      ...(isRemote ? [] : ['No node runs: nothing is checked in the background.']),
      ...statusLines(status),
    ]);
  });
}

function statusLines({ areas, damage }: ScrubStatus): string[] {
  return [
    ...table(
      ['what', 'state', 'done', 'whole passes', 'last'],
      areas.map(({ area, state, done, total, unit, passes, last_pass_at: last }) => [
        area,
        state,
        `${done} of ${total} ${unit}s`,
        String(passes),
        last === null ? 'never' : time(last),
      ]),
    ),
    ...(damage === null ? [] : ['', `DAMAGED: ${damage.place} ${damage.message}`]),
  ];
}

async function scrubNow(context: CommandContext): Promise<void> {
  await context.withSession('read', async (client) => {
    for await (const event of await client.operator.scrub({})) {
      if (event.type === 'progress') context.output.progress(`Checking ${event.area}: ${event.done} of ${event.total}`);
      if (event.type !== 'done') continue;
      context.output.result({ ok: event.ok, findings: event.findings }, () =>
        event.ok ? ['Every stored row fits its hash.'] : event.findings.map(findingLine),
      );
      const [first] = event.findings;
      if (first !== undefined)
        throw new QuantumLockError('STORAGE_CORRUPT', findingLine(first), {
          context: { place: first.place },
          advice:
            'The next start of the node repairs it where it can; or stop the node and run `dm blockchain repair`.',
        });
    }
  });
}

function findingLine({ place, message }: VerifyFinding): string {
  return `${place} ${message}`;
}

/** With no node: the directory's lock is held meanwhile. @throws DATA_DIR_LOCKED */
async function repair(context: CommandContext, from: readonly string[]): Promise<void> {
  const { dataDirectory, output } = context;
  readNodeConfig(dataDirectory);
  const lock = lockDataDirectory(dataDirectory);
  let copies: Awaited<ReturnType<typeof openCopies>> = [];
  try {
    copies = await openCopies(from.map((path) => resolve(path)));
    const report = await repairIn(
      {
        dataDirectory,
        now: Date.now,
        headCopies: await headCopies(dataDirectory, null),
        copies,
        onRepair: (phase, done, total) => output.progress(`Repair, ${phase}: ${done} of ${total}`),
      },
      await findDamage(context),
    );
    output.result({ report }, () => report?.words ?? ['Nothing of the chain is damaged.']);
    if (report !== null) assertRepaired(report);
  } finally {
    for (const copy of copies) copy.close();
    lock.release();
  }
}

/** By executing everything: so what a look at hashes cannot see is found too. Null where the chain verifies. */
async function findDamage({ dataDirectory, output }: CommandContext): Promise<VerifyFinding | null> {
  const { findings } = await verifyNode({
    dataDirectory,
    verifyThreads: replayThreadCount(),
    onProgress: ({ phase, done, total }) => output.progress(`Verifying ${phase}: ${done} of ${total}`),
  });
  return findings.find(({ place }) => CHAIN_PLACE.test(place)) ?? null;
}

/** Of chain.db, as a verification names them. */
const CHAIN_PLACE = /^(?:block|transaction|state page|state value|log tile) \d|^(?:meta|schema|chain\.db)$/;

function assertRepaired({ outcome, findings, needs, words, report_id }: IntegrityReport): void {
  if (outcome === 'repaired' || outcome === 'filled') return;
  // What has to be found elsewhere says more than where its lack shows.
  const [needed] = needs;
  const missing = needed && `${needed.kind === 'transaction' ? 'transaction' : 'block'} ${needed.first}`;
  throw new QuantumLockError('STORAGE_CORRUPT', words.slice(0, 3).join(' '), {
    context: { place: missing ?? findings[0]?.place ?? 'chain.db', report: report_id },
    advice: words.at(-1) ?? '',
  });
}

function reports(context: CommandContext, seen: string | undefined): void {
  const { dataDirectory, output } = context;
  readNodeConfig(dataDirectory);
  if (seen !== undefined) {
    const acknowledged = acknowledgeReport(dataDirectory, seen, Date.now);
    output.result({ report_id: seen, acknowledged }, () => [
      acknowledged ? `${seen}: seen.` : `${seen} was seen before.`,
    ]);
    return;
  }
  const all = reportViews(dataDirectory, Date.now);
  output.result({ reports: all }, () =>
    all.length === 0
      ? ['Nothing was found damaged here.']
      : all.flatMap(({ report_id: id, words, acknowledged_at: at }) => [
          `${id}${at === null ? '' : '  (settled)'}`,
          ...words.map((line) => `  ${line}`),
        ]),
  );
}

async function snapshot(context: CommandContext, { at, output }: { at?: number; output?: string }): Promise<void> {
  const { dataDirectory } = context;
  readNodeConfig(dataDirectory);
  const taken = await takeSnapshot({
    dataDirectory,
    height: at ?? null,
    output: output ?? null,
    now: Date.now,
    onProgress: (done, total) => context.output.progress(`Snapshot: ${done} of ${total}`),
  });
  context.output.result(taken, () =>
    fields([
      ['snapshot', output ?? taken.name],
      ['height', taken.height],
      ['block', taken.block_hash],
      ['size', sizeText(taken.size_bytes)],
    ]),
  );
}

function snapshotEvery({ dataDirectory, output }: CommandContext, every: number): void {
  const { snapshot_every_blocks: before, ...config } = readNodeConfig(dataDirectory);
  writeNodeConfig(dataDirectory, every === 0 ? config : { ...config, snapshot_every_blocks: every });
  output.result({ snapshot_every_blocks: every === 0 ? null : every, before: before ?? null }, () => [
    every === 0
      ? 'No snapshots are taken by themselves.'
      : `A snapshot is taken every ${every} blocks, from the next start on.`,
  ]);
}
