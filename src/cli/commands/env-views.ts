import { Option, type Command } from 'commander';
import {
  environmentOrder,
  environmentStage,
  type EnvironmentOrder,
  type EnvironmentStage,
  type EnvironmentSummary,
  type EnvironmentView,
} from '../../api/chain/environments.ts';
import { fields, table, time, type Cell } from '../output.ts';
import { positiveNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { greenCell, notGreenWords, recallWords, successorWords } from './green-text.ts';
import { sizeText } from './size-text.ts';

type Row = readonly [string, Cell];

export function describeEnvironment(view: EnvironmentView): string[] {
  const { blue, green, checkpoint, rollback } = view;
  return fields([
    ['env_id', view.env_id],
    ['at block', view.height],
    ['blue', `version ${blue.version}  ${blue.state_hash}`],
    ['  updated', `${time(blue.updated_at)} by ${blue.updated_by}`],
    ['  files', blue.file_count === null ? null : `${blue.file_count}, ${sizeText(blue.size_bytes ?? 0)}`],
    ...(blue.note === null ? [] : ([['  note', blue.note]] as const)),
    ['  metadata', JSON.stringify(blue.metadata)],
    ['green', green === null ? greenless(view) : `version ${green.version}  ${green.state_hash}`],
    ...(green === null ? [] : ([['  promoted', `${time(green.promoted_at)} by ${green.promoted_by}`]] as const)),
    ...recallRows('  RECALLED SINCE', view.green_recalled_since),
    ...recallRows('recalled', view.recalled),
    ['checkpoint', checkpoint === null ? null : `${checkpoint.version}  ${checkpoint.checkpoint_hash}`],
    ...(rollback === null
      ? []
      : ([['rolled back', `to block ${rollback.target_height}, at ${time(rollback.at)} by ${rollback.by}`]] as const)),
    ['archived', view.archived_at === null ? 'no' : time(view.archived_at)],
    ['state_root', view.state_root],
  ]);
}

function greenless(view: EnvironmentView): string {
  if (view.green_status === 'recalled') return 'RECALLED: nothing is Green';
  return notGreenWords(view).replace(/^(?:was|is) /, '');
}

function recallRows(name: string, recall: EnvironmentView['recalled']): readonly Row[] {
  if (recall === null) return [];
  const successor = successorWords(recall);
  return [[name, recallWords(recall)], ...(successor === null ? [] : ([['  use instead', successor]] as const))];
}

function noteOf({ archived, rollback }: EnvironmentSummary): string {
  return [
    ...(archived ? ['archived'] : []),
    ...(rollback === null ? [] : [`rolled back to block ${rollback.target_height}`]),
  ].join(', ');
}

interface ListOptions {
  readonly zone: 'blue' | 'green';
  readonly text?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly stage?: EnvironmentStage;
  readonly archived: boolean;
  readonly sort: EnvironmentOrder;
  readonly limit: number;
}

const NOTHING_REGISTERED = 'No environments. Register a directory: dm env create --id cartpole --path ./cartpole';

/** Environments as they are, and were. */
export function registerEnvViews(env: Command, run: RunCommand): void {
  env
    .command('list')
    .description('list environments')
    .option('--zone <blue|green>', 'green: only what is Green', 'blue')
    .option('--text <TEXT>', 'part of an id, a name or a description')
    .option('--owner <MEMBER_ID>', 'registered by this member')
    .option('--tag <TAG>', 'with this tag in its metadata')
    .addOption(
      new Option('--stage <STAGE>', 'ahead: Blue has a version that Green has not').choices(environmentStage.options),
    )
    .option('--archived', 'archived ones too', false)
    .addOption(
      new Option('--sort <ORDER>', 'updated, promoted: newest first').choices(environmentOrder.options).default('id'),
    )
    .option('--limit <N>', 'maximum rows', positiveNumber, 100)
    .action(({ sort, ...options }: ListOptions) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const page = await client.chain.environments({ ...options, order: sort });
          context.output.result(page, () =>
            page.environments.length === 0
              ? [page.blue_count === 0 ? NOTHING_REGISTERED : 'No environment fits.']
              : table(
                  ['environment', 'blue', 'green', 'checkpoint', 'updated', 'note'],
                  page.environments.map((one) => [
                    one.env_id,
                    `v${one.blue_version}`,
                    greenCell(one),
                    one.checkpoint_version,
                    time(one.updated_at),
                    noteOf(one),
                  ]),
                ).map((line) => line.trimEnd()),
          );
        }),
      ),
    );

  env
    .command('show')
    .description('show one environment')
    .requiredOption('--id <ENV_ID>', 'the environment')
    .action((options: { id: string }) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const view = await client.chain.environment({ env_id: options.id });
          context.output.result(view, () => describeEnvironment(view));
        }),
      ),
    );

  env
    .command('history')
    .description('every step of an environment, oldest first')
    .requiredOption('--id <ENV_ID>', 'the environment')
    .action((options: { id: string }) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const lineage = await client.chain.lineage({ env_id: options.id });
          // One that a rollback took away has a history, and is not there.
          if (lineage.nodes.length === 0) await client.chain.environment({ env_id: options.id });
          context.output.result(lineage, () =>
            table(
              ['time', 'block', 'step', 'what', 'by', 'note'],
              lineage.nodes
                .filter(({ kind }) => kind !== 'source')
                .map((node) => [time(node.time), node.block_index, node.kind, node.label, node.member_name, node.note]),
            ),
          );
        }),
      ),
    );
}
