import { InvalidArgumentError, type Command } from 'commander';
import type { PostureCheck } from '../../api/chain/governance.ts';
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../../ledger/governance/parameters.ts';
import { durationMs, durationText } from '../governance/duration.ts';
import { propose } from '../governance/propose.ts';
import { fields, table, time } from '../output.ts';
import type { RunCommand } from './command.ts';
import { carryOut } from './carry-out.ts';

function parameterName(text: string): ParameterName {
  const found = PARAMETER_NAMES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`one of ${PARAMETER_NAMES.join(', ')}`);
  return found;
}

/** Milliseconds, or a time with its unit. */
function parameterValue(text: string): number {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : durationMs(text);
  if (ms === null) throw new InvalidArgumentError('milliseconds, or a time such as 10m or 30d');
  return ms;
}

const MARKS: Readonly<Record<PostureCheck['level'], string>> = {
  good: 'ok',
  look: 'look',
  bad: 'BAD',
  unknown: '?',
  nothing_to_check: '-',
};

/** What concerns the chain as a whole: the emergency brake, its settings, and how safe its set-up is. */
export function registerChainControl(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('freeze')
    .description('emergency stop: no environment can change, immediately; governance continues')
    .requiredOption('--reason <TEXT>', 'the reason; everyone can read it, permanently')
    .action(({ reason }: { reason: string }) =>
      run((context) =>
        context.withSession('full', (client) =>
          carryOut(context, client, { action: 'freeze', payload: { reason } }, {}),
        ),
      ),
    );

  blockchain
    .command('unfreeze')
    .description('propose that environments may change again')
    .action(() =>
      run((context) =>
        context.withSession('full', (client) => propose(context, client, { action: 'unfreeze', payload: {} })),
      ),
    );

  blockchain
    .command('parameters')
    .description("the chain's settings")
    .action(() =>
      run((context) =>
        context.withSession('read', async (client) => {
          const parameters = await Promise.all(
            PARAMETER_NAMES.map(async (name) => {
              const { value } = await client.chain.state({ namespace: 'parameters', key: name });
              const own = typeof value === 'number' ? value : null;
              return { name, value: own ?? PARAMETERS[name].usual, is_default: own === null };
            }),
          );
          const { frozen } = await client.chain.status();
          context.output.result({ parameters, frozen }, () => [
            ...table(
              ['parameter', 'value', 'what'],
              parameters.map(({ name, value, is_default }) => [
                name,
                `${value} (${durationText(value)}${is_default ? ', default' : ''})`,
                PARAMETERS[name].meaning,
              ]),
            ),
            '',
            frozen === null
              ? 'Not frozen.'
              : `Frozen since ${time(frozen.since)} by ${frozen.member_id}: ${frozen.reason}`,
          ]);
        }),
      ),
    );

  blockchain
    .command('set-parameter')
    .description('propose another value of a setting')
    .argument('<NAME>', PARAMETER_NAMES.join(' or '), parameterName)
    .argument('<VALUE>', 'milliseconds, or a time such as 10m or 30d', parameterValue)
    .action((name: ParameterName, value: number) =>
      run((context) =>
        context.withSession('full', (client) =>
          propose(context, client, { action: 'set_parameter', payload: { name, value } }),
        ),
      ),
    );

  blockchain
    .command('posture')
    .description('the security checks of the current setup')
    .action(() =>
      run((context) =>
        context.withSession('read', async (client) => {
          const posture = await client.chain.posture();
          context.output.result(posture, () =>
            posture.checks.flatMap(({ level, title, finding, advice }) =>
              fields([
                [MARKS[level].padEnd(4), title],
                ['', finding],
                ...(advice === '' ? [] : ([['', advice]] as const)),
              ]),
            ),
          );
        }),
      ),
    );
}
