import type { Command } from 'commander';
import { resolve } from 'node:path';
import { statSync } from 'node:fs';
import { isHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { readNodeConfig, writeNodeConfig } from '../../node/data-directory/node-config.ts';
import { acceptHistory } from '../../node/history/accept-history.ts';
import { headCopies } from '../../node/history/places.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { fields } from '../output.ts';
import type { CommandContext } from '../context.ts';
import type { RunCommand } from './command.ts';

/** What concerns the record of the newest block that was seen: `head.record`, and its copies. */
export function registerHistory(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('accept-history')
    .description(
      'as an administrator, accept the chain as it is, although blocks that were seen before are missing or replaced',
    )
    .requiredOption('--head <HASH>', 'the newest block of the chain that is accepted: dm blockchain status shows it')
    .requiredOption('--reason <TEXT>', 'the reason; it is recorded in signing.log with your signature')
    .action((options: { head: string; reason: string }) => run((context) => accept(context, options)));

  blockchain
    .command('keep-head')
    .description(
      'also store the newest head in another folder, such as one on another disk; without a folder, stop that',
    )
    .argument('[FOLDER]', 'apart from the data directory')
    .action((folder: string | undefined) => run((context) => Promise.resolve(keepHead(context, folder))));
}

async function accept(context: CommandContext, { head, reason }: { head: string; reason: string }): Promise<void> {
  if (!isHash(head)) throw new QuantumLockError('USAGE', '--head is 0x and 64 lower-case hex digits');
  const { dataDirectory } = context;
  readNodeConfig(dataDirectory);
  const key = await context.signingKey();
  const copies = await headCopies(dataDirectory, context.keyring);
  const acceptance = await context.withSigner(key, (by) =>
    acceptHistory({
      dataDirectory,
      head,
      reason,
      by,
      copies,
      verifyThreads: replayThreadCount(),
      now: Date.now,
    }),
  );
  context.output.result(acceptance, () =>
    fields([
      ['accepted', `block ${acceptance.accepted.index}  ${acceptance.accepted.hash}`],
      ['by', acceptance.member_id],
      ['before', acceptance.fault ?? 'nothing was wrong'],
      ['set aside', acceptance.set_aside],
      [
        'next',
        'The node seals on this chain again. Heights that were sealed before may now be sealed with other blocks.',
      ],
    ]),
  );
}

function keepHead(context: CommandContext, folder: string | undefined): void {
  const { head_folder: before, ...config } = readNodeConfig(context.dataDirectory);
  const path = folder === undefined ? null : resolve(folder);
  if (path !== null && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new QuantumLockError('INPUT_INVALID', `${path} is not a folder`);
  writeNodeConfig(context.dataDirectory, path === null ? config : { ...config, head_folder: path });
  context.output.result({ head_folder: path, before: before ?? null }, () => [
    path === null
      ? 'The newest head is stored in the data directory only.'
      : `From the next start on, the newest head is also stored in ${path}.`,
  ]);
}
