import type { Command } from 'commander';
import type { JsonObject } from '../../base/canonical.ts';
import type { CommandContext } from '../context.ts';
import { warningsText } from '../governance/changes-text.ts';
import { propose } from '../governance/propose.ts';
import { fields, time, type Cell } from '../output.ts';
import type { ContractClient } from '../session.ts';

export interface CarryOutOptions {
  readonly propose?: boolean;
  readonly yes?: boolean;
}

/** Lets a command propose what it would do, for where its policy asks for approvals. */
export function withPropose(command: Command): Command {
  return command
    .option('--propose', 'propose it to those who must approve, instead of executing it', false)
    .option('--yes', 'with --propose: do not ask when your approval is enough to execute it', false);
}

/** Signs an action and reports its block, or proposes it. `more` adds what else is reported about it. */
export async function carryOut(
  context: CommandContext,
  client: ContractClient,
  request: { readonly action: string; readonly payload: JsonObject },
  options: CarryOutOptions,
  more: Readonly<Record<string, Cell>> = {},
): Promise<void> {
  if (options.propose === true) return propose(context, client, { ...request, yes: options.yes === true });
  const { review, receipt } = await context.signAndSubmit(client, request);
  context.output.result(
    { ...receipt, action: review.action, sentence: review.sentence, warnings: review.warnings, ...more },
    () => [
      ...fields([
        ['done', review.sentence],
        ['block', `${receipt.block_index}  ${time(receipt.block_time)}`],
        ['transaction', receipt.id],
        ...Object.entries(more),
      ]),
      ...warningsText(review.warnings),
    ],
  );
}
