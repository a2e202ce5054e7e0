import { InvalidArgumentError, type Command } from 'commander';
import type { RollbackAim } from '../../api/chain/recovery.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { rejectedError } from '../context.ts';
import { propose } from '../governance/propose.ts';
import { rollbackText } from '../governance/rollback-text.ts';
import { moment, wholeNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';

interface RollbackOptions {
  readonly to?: number;
  readonly time?: number;
  readonly checkpoint?: { readonly env_id: string; readonly checkpoint: string };
  readonly environment: readonly string[];
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

function timeArgument(text: string): number {
  const parsed = moment(text);
  if ('height' in parsed) throw new InvalidArgumentError('a time such as 2026-11-22T09:00:00Z');
  return parsed.time;
}

/** `ENV:LABEL`. No id has a colon, and a label may have some. */
function checkpointArgument(text: string): NonNullable<RollbackOptions['checkpoint']> {
  const at = text.indexOf(':');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('ENV:LABEL, such as cartpole:1.2.0');
  return { env_id: text.slice(0, at), checkpoint: text.slice(at + 1) };
}

/** @throws USAGE unless exactly one is named */
function aimOf({ to, time, checkpoint }: RollbackOptions): RollbackAim {
  const aims: RollbackAim[] = [
    ...(to === undefined ? [] : [{ height: to }]),
    ...(time === undefined ? [] : [{ time }]),
    ...(checkpoint === undefined ? [] : [checkpoint]),
  ];
  const [aim] = aims;
  if (aim !== undefined && aims.length === 1) return aim;
  throw new QuantumLockError(
    'USAGE',
    aim === undefined ? 'where to go back to is not named' : 'more than one place to go back to is named',
    { advice: 'Name one of --to HEIGHT, --time TIME and --checkpoint ENV:LABEL.' },
  );
}

/** Sets environments back to what they were; by a proposal, which several approve. */
export function registerRollback(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('rollback')
    .description('propose that environments go back to what they were; shows first what that changes')
    .option('--to <HEIGHT>', 'to what they were in this block', wholeNumber)
    .option('--time <TIME>', 'to what they were at this time', timeArgument)
    .option('--checkpoint <ENV:LABEL>', 'to the block in which Green of ENV got this label', checkpointArgument)
    .option(
      '--environment <ENV_ID>',
      'only this environment; may be repeated; without it all of them',
      (id: string, before: readonly string[]) => [...before, id],
      [] as readonly string[],
    )
    .option('--reason <TEXT>', 'why; everyone can read it, permanently')
    .option('--dry-run', 'show what would change, and propose nothing', false)
    .option('--yes', 'do not ask when your approval is enough to execute it', false)
    .action((options: RollbackOptions) =>
      run((context) => {
        const target = aimOf(options);
        const { reason, dryRun, yes } = options;
        if (!dryRun && reason === undefined)
          throw new QuantumLockError('USAGE', 'the reason is not given', {
            advice: 'Say why with --reason TEXT, or look at it only, with --dry-run.',
          });
        return context.withSession(dryRun ? 'read' : 'full', async (client) => {
          const scope = options.environment.length === 0 ? null : [...options.environment];
          const preview = await client.chain.rollbackPreview({ target, scope });
          // With --json there is one document: that of the proposal, unless nothing is proposed.
          if (dryRun || !context.output.json) context.output.result(preview, () => rollbackText(preview));
          if (dryRun) return;
          if (preview.obstacle !== null) throw rejectedError(preview.obstacle);
          const payload: JsonObject = { ...preview.payload, reason: reason ?? '' };
          await propose(context, client, { action: 'rollback', payload, yes });
        });
      }),
    );
}
