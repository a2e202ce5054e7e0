import { InvalidArgumentError, type Command } from 'commander';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../../node/data-directory/data-paths.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { clockFileOf, machineClock } from '../../node/clock/machine-clock.ts';
import { acceptClock } from '../../node/clock/sealing-clock.ts';
import { askYes } from '../governance/ask-yes.ts';
import { propose } from '../governance/propose.ts';
import { fields, time } from '../output.ts';
import type { RunCommand } from './command.ts';

function timeArgument(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('a time such as 2026-11-25T18:00:00Z, or Unix milliseconds');
  return value;
}

/** What puts a chain's time right, and a machine's. */
export function registerChainClock(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('reset-clock')
    .description('propose to set back the time of a chain that is ahead; what was signed before is then void')
    .option('--to <TIME>', 'the correct time; by default the clock of this machine', timeArgument)
    .requiredOption('--reason <TEXT>', 'what happened; everyone can read it, permanently')
    .action(({ to, reason }: { to?: number; reason: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const target = to ?? Date.now();
          const { head_time: chainTime } = await client.chain.status();
          if (target >= chainTime)
            throw new QuantumLockError(
              'INPUT_INVALID',
              `the chain's time, ${time(chainTime)}, is not after ${time(target)}`,
              {
                advice: 'The clock of a chain is only set back. A chain that is behind continues with the next block.',
              },
            );
          await propose(context, client, { action: 'reset_clock', payload: { time: target, reason } });
        }),
      ),
    );

  blockchain
    .command('accept-clock')
    .description('confirm that the clock of this machine is correct, when the node asks because it changed')
    .option('--yes', 'do not ask at the terminal', false)
    .action((options: { yes: boolean }) =>
      run(async (context) => {
        readNodeConfig(context.dataDirectory);
        await askYes(
          context.output,
          `The clock of this machine says ${time(Date.now())}. Blocks are sealed with it from now on. Is it correct?`,
          options,
        );
        const accepted = acceptClock(machineClock(), clockFileOf(dataPaths(context.dataDirectory).chain));
        context.output.result({ accepted: accepted.wall, off_ms: accepted.offMs }, () =>
          fields([
            ['accepted', time(accepted.wall)],
            ['stored in', 'clock.json, with the times that were accepted before'],
          ]),
        );
      }),
    );
}
