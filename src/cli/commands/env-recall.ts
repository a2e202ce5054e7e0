import type { Command } from 'commander';
import { QuantumLockError } from '../../base/errors.ts';
import type { ContractClient } from '../session.ts';
import { carryOut, withPropose, type CarryOutOptions } from './carry-out.ts';
import type { RunCommand } from './command.ts';
import { notGreenWords } from './green-text.ts';

interface Successor {
  readonly env_id: string;
  readonly version: number;
}

interface RecallOptions extends CarryOutOptions {
  readonly reason: string;
  readonly supersededBy?: string;
  readonly emergency: boolean;
}

/** `ENV`, or `ENV@VERSION`. No id has an @. @throws INPUT_INVALID, NOT_FOUND */
async function successorOf(client: ContractClient, recalled: string, text: string): Promise<Successor> {
  const { env_id = '', version } = /^(?<env_id>[^@]+)(?:@(?<version>[1-9]\d{0,9}))?$/.exec(text)?.groups ?? {};
  if (env_id === '')
    throw new QuantumLockError('INPUT_INVALID', `"${text}" names no version`, {
      advice: 'Name what is to be used instead as ENV, or as ENV@VERSION.',
    });
  if (version !== undefined) return { env_id, version: Number(version) };
  const { green } = await client.chain.environment({ env_id });
  if (green !== null && env_id !== recalled) return { env_id, version: green.version };
  throw new QuantumLockError(
    'INPUT_INVALID',
    env_id === recalled ? `what is Green of ${env_id} is what is recalled` : `nothing of ${env_id} is Green`,
    { advice: `Name the version that is to be used instead: --superseded-by ${env_id}@VERSION` },
  );
}

/** Takes back what is Green, without going back in time. */
export function registerRecall(env: Command, run: RunCommand): void {
  withPropose(
    env.command('recall').description('take back what is Green, permanently and with a reason; nothing else changes'),
  )
    .argument('<ENV_ID>', 'the environment')
    .requiredOption('--reason <TEXT>', 'why; everyone can read it, permanently')
    .option('--superseded-by <ENV[@VERSION]>', 'what is to be used instead; without a version, what is Green there')
    .option('--emergency', 'one administrator decides it alone, as with a freeze', false)
    .action((id: string, options: RecallOptions) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const view = await client.chain.environment({ env_id: id });
          if (view.green === null)
            throw new QuantumLockError('TRANSACTION_REJECTED', `${id} ${notGreenWords(view)}`, {
              advice: `There is nothing to recall. See what happened with: dm env history --id ${id}`,
            });
          const { supersededBy } = options;
          const payload = {
            env_id: id,
            green_version: view.green.version,
            state_hash: view.green.state_hash,
            reason: options.reason,
            superseded_by: supersededBy === undefined ? null : { ...(await successorOf(client, id, supersededBy)) },
            emergency: options.emergency,
          };
          await carryOut(context, client, { action: 'recall_environment', payload }, options, {
            env_id: id,
            version: view.green.version,
          });
        }),
      ),
    );
}
