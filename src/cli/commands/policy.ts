import type { PolicyView } from '../../api/chain/governance.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { batchOf } from '../../ledger/actions/batch.ts';
import type { Json } from '../../base/canonical.ts';
import type { Level, Permission } from '../../ledger/permissions.ts';
import { propose } from '../governance/propose.ts';
import { fields, table } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { fraction, level, permission, positiveNumber } from './arguments.ts';
import type { RegisterCommands } from './command.ts';

interface ThresholdOptions {
  readonly approvals?: number;
  readonly fraction?: { readonly numerator: number; readonly denominator: number };
  readonly of?: Level;
}

interface SetOptions extends ThresholdOptions {
  readonly env?: string;
  readonly direct?: Permission;
  readonly default?: boolean;
}

export const registerPolicy: RegisterCommands = (program, run) => {
  const policy = program.command('policy').description('who may do what, alone or together');

  policy
    .command('list')
    .description('the policy of every action')
    .action(() =>
      run((context) =>
        context.withSession('read', async (client) => {
          const { policies } = await client.chain.policies();
          context.output.result({ policies }, () =>
            table(
              ['action', 'environment', 'policy', 'set by'],
              policies.map((one) => [
                one.action,
                one.env_id ?? '',
                one.sentence,
                one.is_default ? 'default' : 'the chain',
              ]),
            ),
          );
        }),
      ),
    );

  policy
    .command('show')
    .description('the policy of an action, or of an action on one environment')
    .argument('<ACTION>', 'promote_environment, add_member, …')
    .option('--env <ENV_ID>', 'on this environment')
    .action((action: string, options: { env?: string }) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const view = await findPolicy(client, action, options.env);
          context.output.result(view, () =>
            fields([
              ['action', view.action],
              ['environment', view.env_id],
              ['policy', view.sentence],
              ['set by', view.is_default ? 'default' : 'the chain'],
            ]),
          );
        }),
      ),
    );

  policy
    .command('who')
    .description('who could do this today, and how many must agree')
    .argument('<ACTION>', 'promote_environment, add_member, …')
    .option('--env <ENV_ID>', 'on this environment')
    .action((action: string, options: { env?: string }) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const view = await client.chain.authority({ action, env_id: options.env ?? null });
          const names = (people: readonly { readonly name: string }[]): string | null =>
            people.map(({ name }) => name).join(', ') || null;
          context.output.result(view, () => [
            view.sentence,
            '',
            ...fields([
              ['alone', names(view.alone)],
              ...view.requirements.flatMap(({ needed, approvers }): [string, string | number | null][] => [
                ['can approve', names(approvers)],
                ['needed', needed],
              ]),
              ['can propose', names(view.proposers)],
              ['now', view.obstacle === null ? null : `not possible: ${view.obstacle}`],
            ]),
          ]);
        }),
      ),
    );

  const withThreshold = (name: string, description: string) =>
    policy
      .command(name)
      .description(description)
      .option('--approvals <N>', 'number of approvals', positiveNumber)
      .option('--fraction <N/M>', 'fraction of those who may approve, rounded up, such as 2/3', fraction)
      .option('--of <LEVEL>', 'by members of this level or above', level);

  withThreshold('set', 'propose how an action is authorised')
    .argument('<ACTION>', 'promote_environment, add_member, …')
    .option('--env <ENV_ID>', 'on this environment alone')
    .option('--direct <PERMISSION>', 'alone, by any member who holds this permission', permission)
    .option('--default', 'the default of the action')
    .action((action: string, options: SetOptions) =>
      run((context) =>
        context.withSession('full', (client) =>
          propose(context, client, {
            action: 'set_policy',
            payload: { action, env_id: options.env ?? null, policy: chosenPolicy(options) },
          }),
        ),
      ),
    );

  withThreshold('protect', 'propose that an environment is promoted only with approvals')
    .argument('<ENV_ID...>', 'the environment; several are decided together, all or none')
    .action((envIds: readonly string[], options: ThresholdOptions) =>
      run((context) =>
        context.withSession('full', (client) => {
          const policy = chosenPolicy(options);
          const operations = envIds.map((env_id) => ({
            action: 'set_policy',
            payload: { action: 'promote_environment', env_id, policy },
          }));
          return propose(context, client, batchOf(operations));
        }),
      ),
    );
};

/** The policy that the options stand for: exactly one of them. @throws USAGE */
function chosenPolicy(options: SetOptions): Json {
  const given = [options.direct, options.approvals, options.fraction, options.default].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1)
    throw new QuantumLockError('USAGE', 'give exactly one of --approvals, --fraction, --direct and --default', {
      advice: 'For example: --approvals 2 --of administrator',
    });
  if (options.direct !== undefined) return { mode: 'direct', permission: options.direct };
  if (options.default !== undefined) return { mode: 'default' };
  if (options.of === undefined)
    throw new QuantumLockError('USAGE', 'approvals are given by members of a level: name it with --of LEVEL');
  if (options.approvals !== undefined)
    return { mode: 'multisig', role: options.of, threshold: { count: options.approvals } };
  return { mode: 'multisig', role: options.of, threshold: { ...options.fraction } };
}

/** An environment's own policy, else the action's. @throws NOT_FOUND */
async function findPolicy(client: ContractClient, action: string, env: string | undefined): Promise<PolicyView> {
  const { policies } = await client.chain.policies();
  const of = policies.filter((one) => one.action === action);
  const own = of.find(({ env_id }) => env_id === (env ?? null));
  // What applies to every environment is not reported for one that does not exist.
  if (own === undefined && env !== undefined) await client.chain.environment({ env_id: env });
  const found = own ?? of.find(({ env_id }) => env_id === null);
  if (found !== undefined) return found;
  throw new QuantumLockError('NOT_FOUND', `there is no policy of ${action}`, {
    advice: 'List them with dm policy list.',
  });
}
