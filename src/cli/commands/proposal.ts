import type { JsonObject } from '../../base/canonical.ts';
import { boundPayload } from '../governance/bound-payload.ts';
import { findProposal } from '../governance/find-proposal.ts';
import { exportProposal } from '../governance/export-proposal.ts';
import { importApprovals } from '../governance/import-approvals.ts';
import { durationArgument } from '../governance/duration.ts';
import { describeProposal, proposalTable } from '../governance/proposal-text.ts';
import { propose } from '../governance/propose.ts';
import { signOffline } from '../governance/sign-offline.ts';
import { vote } from '../governance/vote.ts';
import { jsonObject, positiveNumber, wholeNumber } from './arguments.ts';
import type { RegisterCommands } from './command.ts';

export const registerProposal: RegisterCommands = (program, run) => {
  const proposal = program
    .command('proposal')
    .description('changes that need several approvals: propose, decide, sign offline');

  proposal
    .command('create')
    .description('propose an action; the other groups (member, validator, policy) have commands for theirs')
    .requiredOption('--action <ACTION>', 'the action to propose: promote_environment, set_policy, …')
    .requiredOption('--payload <JSON|@FILE>', 'its payload, as the technical specification defines it', jsonObject)
    .option('--expires-in <TIME>', 'how long it can be approved: 90m, 12h, 7d', durationArgument)
    .option('--yes', 'do not ask when your approval is enough to execute it immediately', false)
    .action((options: { action: string; payload: JsonObject; expiresIn?: number; yes: boolean }) =>
      run((context) =>
        context.withSession('full', async (client) =>
          propose(context, client, {
            action: options.action,
            payload: await boundPayload(client, options.action, options.payload),
            expiresInMs: options.expiresIn,
            yes: options.yes,
          }),
        ),
      ),
    );

  proposal
    .command('list')
    .description('the open proposals, those that expire soonest first')
    .option('--ended', 'the ended proposals instead, newest first', false)
    .option('--offset <N>', 'rows to skip', wholeNumber, 0)
    .option('--limit <N>', 'maximum rows', positiveNumber, 100)
    .action((options: { ended: boolean; offset: number; limit: number }) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const page = await client.chain.proposals({
            state: options.ended ? 'ended' : 'open',
            offset: options.offset,
            limit: options.limit,
          });
          context.output.result(page, () =>
            page.proposals.length === 0
              ? [`No proposal ${options.ended ? 'has ended' : 'is open'}.`]
              : proposalTable(page.proposals),
          );
        }),
      ),
    );

  proposal
    .command('show')
    .description('one proposal: what it would change, who has approved, who has not decided yet')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .action((id: string) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const view = await client.chain.proposal({ proposal_id: await findProposal(client, id) });
          context.output.result(view, () => describeProposal(view));
        }),
      ),
    );

  proposal
    .command('approve')
    .description('approve a proposal; the last approval that is needed makes it happen')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .option('--reason <TEXT>', 'why; everyone can read it, permanently')
    .option('--yes', 'do not ask at the terminal', false)
    .action((id: string, { yes, ...reason }: { yes: boolean; reason?: string }) =>
      run((context) => vote(context, { action: 'approve', id, yes, payload: reason })),
    );

  proposal
    .command('reject')
    .description('reject a proposal, with a reason; enough rejections end it')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .requiredOption('--reason <TEXT>', 'the reason; everyone can read it, permanently')
    .action((id: string, { reason }: { reason: string }) =>
      run((context) => vote(context, { action: 'reject', id, yes: true, payload: { reason } })),
    );

  proposal
    .command('comment')
    .description('say something about a proposal, open or ended; it neither approves nor rejects')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .requiredOption('--text <TEXT>', 'the comment; everyone can read it, permanently')
    .action((id: string, { text }: { text: string }) =>
      run((context) => vote(context, { action: 'comment', id, yes: true, payload: { text } })),
    );

  proposal
    .command('withdraw')
    .description('withdraw your own proposal')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .action((id: string) => run((context) => vote(context, { action: 'withdraw', id, yes: true, payload: {} })));

  proposal
    .command('export')
    .description('a proposal as a file, to be reviewed and signed on a machine without a network')
    .argument('<ID>', 'its id, or the first 8 hex digits')
    .option('--output <FILE>', 'a new file; without it the text goes to stdout')
    .option('--qr', 'as an animated QR code', false)
    .action((id: string, options: { output?: string; qr: boolean }) =>
      run((context) => exportProposal(context, { id, ...options })),
    );

  proposal
    .command('sign')
    .description('review an exported proposal and sign its approval; needs no chain, no network and no node')
    .requiredOption('--input <FILE>', 'the exported proposal; - for stdin')
    .option('--key-file <FILE>', 'an exported key (dm key export); else a key of --data, named by --as')
    .option('--export-passphrase-file <FILE>', "the exported key's passphrase, on its first line")
    .option('--reason <TEXT>', 'why, signed with it; everyone can read it, permanently')
    .option('--output <FILE>', 'a new file for the approval; without it, it goes to stdout')
    .option('--qr', 'show the approval as a QR code', false)
    .option('--ignore-expiry', "sign although this machine's clock says that it has expired", false)
    .option('--yes', 'do not ask at the terminal', false)
    .action((options: Parameters<typeof signOffline>[1]) => run((context) => signOffline(context, options)));

  proposal
    .command('import')
    .description('import approvals that were signed elsewhere: files, or lines on stdin with -')
    .requiredOption('--input <FILE...>', 'approval files; - for stdin')
    .action(({ input }: { input: readonly string[] }) => run((context) => importApprovals(context, input)));
};
