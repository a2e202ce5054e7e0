import { once } from 'node:events';
import type { Command } from 'commander';
import { Option } from 'commander';
import { resolve } from 'node:path';
import type { AuditFilter } from '../../api/chain/audit.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import {
  EXPORT_KINDS,
  exportDigest,
  exportHash,
  type ExportKind,
  type ExportManifest,
} from '../../ledger/documents/export-manifest.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { makeExportInThread } from '../../node/export/export-thread.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { exportBlocks } from '../../node/verify/export-blocks.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import { statementSigner } from '../statement-signer.ts';
import { moment, type MomentArgument } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { sizeText } from './size-text.ts';

interface ExportOptions {
  readonly format: ExportKind;
  readonly output?: string;
  readonly action?: string[];
  readonly signer?: string;
  readonly environment?: string;
  readonly from?: MomentArgument;
  readonly to?: MomentArgument;
  readonly text?: string;
}

export function registerExport(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('export')
    .description('the audit log or what of it is asked for, or the whole chain, in one file with a signed manifest')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'jsonl proves each row, and what is left out where; csv is for spreadsheets, cef for a SIEM; blocks is the whole chain in the bytes that were hashed and signed',
      )
        .choices(EXPORT_KINDS)
        .default('blocks'),
    )
    .option('--output <FILE>', 'a new file; blocks also go to standard output, without a manifest')
    .option('--action <NAME...>', 'only these actions')
    .option('--signer <MEMBER|KEY>', 'only what this member, or this key, signed')
    .option('--environment <ID>', 'only what changed this environment')
    .option('--from <HEIGHT|TIME>', 'from that block or time on', moment)
    .option('--to <HEIGHT|TIME>', 'up to that block or time', moment)
    .option('--text <WORDS>', 'only what has all these words')
    .action((options: ExportOptions) => run((context) => exportChain(context, options)));
}

async function exportChain(context: CommandContext, options: ExportOptions): Promise<void> {
  const { format, output: path } = options;
  const filter = filterOf(options);
  readNodeConfig(context.dataDirectory);
  if (path === undefined) {
    if (format !== 'blocks' || Object.keys(filter).length > 0)
      throw new QuantumLockError('USAGE', `an export as ${format} has a signed manifest: name a file with --output`);
    return exportTo(context, process.stdout);
  }
  const sign = await statementSigner(context, { kind: 'export', sentenceOf, digestOf: exportDigest });
  const { signed, manifestPath } = await makeExportInThread(
    {
      dataDirectory: context.dataDirectory,
      kind: format,
      filter,
      output: resolve(path),
      createdAt: Date.now(),
      software: context.version,
    },
    { sign, report: ({ done, total }) => context.output.progress(`Block ${done} of ${total}`) },
  );
  const { manifest } = signed;
  const document = { path, manifest_path: manifestPath, export: exportHash(manifest), ...manifest };
  context.output.result(document, () =>
    fields([
      ['export', exportHash(manifest)],
      ['file', `${path}  (${sizeText(manifest.size_bytes)})`],
      ...(manifestPath === resolve(path) ? [] : ([['manifest', manifestPath]] as const)),
      ['holds', `${manifest.rows} ${format === 'blocks' ? 'blocks' : 'transactions'}`],
      ['blocks', `${manifest.from_block} to ${manifest.to_block}`],
      ['checkpoint', manifest.checkpoint],
      ['check it', context.commandLine('audit', 'verify', path)],
    ]),
  );
}

function sentenceOf({ kind, chain_id, rows, from_block, to_block }: ExportManifest): string {
  const what = kind === 'blocks' ? 'blocks' : 'transactions';
  return `This export holds ${rows} ${what} of the chain ${chain_id}, of blocks ${from_block} to ${to_block}.`;
}

/** @throws USAGE where an action is none: a typing mistake would give an empty export */
function filterOf({ action, signer, environment, from, to, text }: ExportOptions): AuditFilter {
  const unknown = action?.find((name) => findAction(name) === undefined);
  if (unknown !== undefined) throw new QuantumLockError('USAGE', `there is no action "${unknown}"`);
  return {
    ...(action === undefined ? {} : { actions: action }),
    ...(signer === undefined ? {} : { signer }),
    ...(environment === undefined ? {} : { env_id: environment }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : 'height' in from ? { from_block: from.height } : { from_time: from.time }),
    ...(to === undefined ? {} : 'height' in to ? { to_block: to.height } : { to_time: to.time }),
  };
}

/** Writes as fast as the reader takes it, so that a chain of any size needs no memory. */
async function exportTo({ dataDirectory, output }: CommandContext, stream: NodeJS.WriteStream): Promise<void> {
  const { blocks, transactions, unproved } = await exportBlocks({
    dataDirectory,
    verifyThreads: replayThreadCount(),
    onProgress: (done, total) => output.progress(`Block ${done} of ${total}`),
    write: async (line) => {
      if (!stream.write(line)) await once(stream, 'drain');
    },
  });
  const waiting = unproved === 0 ? '' : ` ${unproved} more are final, and left out: their proofs have not arrived yet.`;
  output.note(`${blocks} blocks with ${transactions} transactions, verified from genesis.${waiting}`);
}
