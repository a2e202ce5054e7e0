import { resolve } from 'node:path';
import type { Command } from 'commander';
import { QuantumLockError } from '../../base/errors.ts';
import type { Scan } from '../../api/operator/directories.ts';
import { optionalText } from '../../ledger/actions/fields.ts';
import type { CommandContext } from '../context.ts';
import { boundPayload } from '../governance/bound-payload.ts';
import { decodeWireError } from '../../api/wire-error.ts';
import type { ContractClient } from '../session.ts';
import { carryOut, withPropose, type CarryOutOptions } from './carry-out.ts';
import type { RegisterCommands } from './command.ts';
import { registerAdmit } from './env-admit.ts';
import { registerAttest } from './env-attest.ts';
import { registerClaims } from './env-claims.ts';
import { registerDecisions } from './env-decisions.ts';
import { registerRecall } from './env-recall.ts';
import { registerEnvViews } from './env-views.ts';
import { notGreenWords } from './green-text.ts';
import { metadataOf, withMetadata, withRemoval, type MetadataOptions } from './metadata-options.ts';
import { sizeText } from './size-text.ts';

interface VersionOptions extends MetadataOptions, CarryOutOptions {
  readonly acceptDoubtful: boolean;
  readonly note?: string;
}

const ACCEPT_WORDS = 'also store files that may be secrets, or whose names other systems cannot store';

function scanInput<More extends object>(
  options: { readonly path: string; readonly acceptDoubtful: boolean },
  more: More,
): More & { readonly path: string; readonly accept_doubtful?: boolean } {
  return { path: options.path, ...more, ...(options.acceptDoubtful ? { accept_doubtful: true } : {}) };
}

/** Hashes and stores a directory, with progress on a terminal. */
async function scanDirectory(
  context: CommandContext,
  client: ContractClient,
  input: { readonly path: string; readonly env_id?: string; readonly accept_doubtful?: boolean },
): Promise<Scan> {
  try {
    const scan = await scanOnce(context, client, input);
    if (scan.ignored_count > 0)
      context.output.note(`Excluded by rules in the directory or by the fixed list: ${scan.ignored_count}.`);
    return scan;
  } catch (error) {
    const failure = decodeWireError(error);
    const isDoubtful = failure instanceof QuantumLockError && failure.code === 'DIRECTORY_DOUBTFUL';
    if (!isDoubtful || input.accept_doubtful === true || process.stdin.isTTY !== true || context.output.json)
      throw error;
    context.output.note(failure.message);
    const answer = await context.output.ask('Every member can read what is stored. Store it anyway? (yes/no) ');
    if (answer?.trim() !== 'yes') throw error;
    return scanOnce(context, client, { ...input, accept_doubtful: true });
  }
}

async function scanOnce(
  context: CommandContext,
  client: ContractClient,
  input: { readonly path: string; readonly env_id?: string; readonly accept_doubtful?: boolean },
): Promise<Scan> {
  for await (const event of await client.operator.scanDirectory({ ...input, path: resolve(input.path) })) {
    if (event.type === 'done') return event.scan;
    if (event.type === 'job') continue;
    context.output.progress(
      `Reading ${event.files}${event.files_total === null ? '' : ` of ${event.files_total}`} files, ${sizeText(event.bytes)}`,
    );
  }
  throw new QuantumLockError('CANCELLED', 'the directory was not read completely');
}

export const registerEnv: RegisterCommands = (program, run) => {
  const env = program.command('env').description('register, promote and follow environments');

  const withId = (command: Command): Command => withPropose(command).requiredOption('--id <ENV_ID>', 'the environment');
  const withNote = (command: Command): Command =>
    command.option('--note <TEXT>', 'what is new in this version, as in a commit message');

  withNote(withId(withMetadata(env.command('create').description('register a directory as a Blue environment'))))
    .requiredOption('--path <DIR>', 'the directory of its files')
    .option('--accept-doubtful', ACCEPT_WORDS, false)
    .action((options: VersionOptions & { id: string; path: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const scan = await scanDirectory(context, client, scanInput(options, {}));
          const payload = {
            env_id: options.id,
            state_hash: scan.state_hash,
            metadata: metadataOf(options),
            file_count: scan.file_count,
            size_bytes: scan.size_bytes,
            ...optionalText('note', options.note ?? ''),
          };
          await carryOut(context, client, { action: 'create_environment', payload }, options, {
            env_id: options.id,
            state_hash: scan.state_hash,
            file_count: scan.file_count,
            size_bytes: scan.size_bytes,
          });
        }),
      ),
    );

  withRemoval(
    withNote(withId(withMetadata(env.command('update').description('create a new Blue version from a directory')))),
  )
    .requiredOption('--path <DIR>', 'the directory of its files')
    .option('--accept-doubtful', ACCEPT_WORDS, false)
    .action((options: VersionOptions & { id: string; path: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const current = await client.chain.environment({ env_id: options.id });
          const scan = await scanDirectory(context, client, scanInput(options, { env_id: options.id }));
          const payload = {
            env_id: options.id,
            base_version: current.blue.version,
            state_hash: scan.state_hash,
            metadata: metadataOf(options, current.blue.metadata),
            file_count: scan.file_count,
            size_bytes: scan.size_bytes,
            ...optionalText('note', options.note ?? ''),
          };
          await carryOut(context, client, { action: 'update_environment', payload }, options, {
            env_id: options.id,
            state_hash: scan.state_hash,
            files_changed: scan.difference.files.length,
          });
        }),
      ),
    );

  withPropose(env.command('checkpoint').description('label the current Green state'))
    .requiredOption('--id <ENV_ID>', 'the environment')
    .requiredOption('--version <LABEL>', 'a label such as 1.2.0')
    .action((options: CarryOutOptions & { id: string; version: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const view = await client.chain.environment({ env_id: options.id });
          const { green } = view;
          if (green === null)
            throw new QuantumLockError('TRANSACTION_REJECTED', `${options.id} ${notGreenWords(view)}`, {
              advice: `Promote it first: dm env promote --id ${options.id}`,
            });
          const payload = {
            env_id: options.id,
            checkpoint_hash: green.state_hash,
            green_version: green.version,
            version: options.version,
          };
          await carryOut(context, client, { action: 'checkpoint_state', payload }, options, {
            env_id: options.id,
            version: options.version,
          });
        }),
      ),
    );

  withNote(withPropose(env.command('merge').description('record that a target was made from other environments')))
    .requiredOption('--sources <A,B>', 'the sources, with commas between', (text: string) => text.split(','))
    .requiredOption('--target <ENV_ID>', 'the target')
    .requiredOption('--strategy <NAME>', 'how they were merged, such as weighted_average')
    .option('--path <DIR>', 'the merged files; without it the target keeps the content that it has')
    .option('--accept-doubtful', ACCEPT_WORDS, false)
    .action(
      (
        options: CarryOutOptions & {
          sources: string[];
          target: string;
          strategy: string;
          path?: string;
          acceptDoubtful: boolean;
          note?: string;
        },
      ) =>
        run((context) =>
          context.withSession('full', async (client) => {
            const scan =
              options.path === undefined
                ? null
                : await scanDirectory(
                    context,
                    client,
                    scanInput({ ...options, path: options.path }, { env_id: options.target }),
                  );
            const payload = await boundPayload(client, 'merge_environments', {
              source_envs: options.sources,
              target_env: options.target,
              merge_strategy: options.strategy,
              ...optionalText('note', options.note ?? ''),
              ...(scan === null
                ? {}
                : { state_hash: scan.state_hash, file_count: scan.file_count, size_bytes: scan.size_bytes }),
            });
            await carryOut(context, client, { action: 'merge_environments', payload }, options, {
              env_id: options.target,
            });
          }),
        ),
    );

  registerDecisions(env, run);
  registerRecall(env, run);
  registerEnvViews(env, run);
  registerAdmit(env, run);
  registerAttest(env, run);
  registerClaims(env, run);
};
