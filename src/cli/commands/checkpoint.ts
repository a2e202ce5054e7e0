import { NOTE_SIZE_BYTES_MAX, WITNESS_POLICY_SIZE_BYTES_MAX, WITNESS_WITHIN_MS } from '../../base/limits.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { CheckpointView } from '../../api/chain/checkpoints.ts';
import { verifyCheckpoint } from '../../ledger/checkpoints/verify-checkpoint.ts';
import { setWitnesses } from '../../node/checkpoints/checkpoint-config.ts';
import { nativeVerifiers } from '../../node/checkpoints/native-verifiers.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { readPolicy, showReport } from '../documents/check-proof.ts';
import { readTrust } from '../documents/own-trust.ts';
import { durationArgument } from '../governance/duration.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields, time } from '../output.ts';
import { registerCheckpointKey } from './checkpoint-key.ts';
import type { RegisterCommands } from './command.ts';

export const registerCheckpoint: RegisterCommands = (program, run) => {
  const checkpoint = program
    .command('checkpoint')
    .description('the log as others know it: signed checkpoints, and the witnesses that have seen them');

  registerCheckpointKey(checkpoint, run);

  checkpoint
    .command('show')
    .description('the newest checkpoint (c2sp.org/tlog-checkpoint), signed now where this node holds the key')
    .option('--witnessed', 'the newest that enough witnesses cosigned')
    .option('--output <FILE>', 'a new file with the note alone')
    .action((options: { witnessed?: boolean; output?: string }) => run((context) => show(context, options)));

  checkpoint
    .command('verify')
    .description('check a checkpoint against a trust file alone, or against the chain in --data')
    .argument('<FILE>', 'the note; - for stdin')
    .option('--trust <FILE>', 'what is known of the chain from another source (dm proof trust)')
    .option('--policy <FILE>', 'the witnesses that must have cosigned it (c2sp.org/tlog-policy)')
    .action((file: string, options: { trust?: string; policy?: string }) =>
      run((context) => verify(context, file, options)),
    );

  checkpoint
    .command('witnesses')
    .description('set the witnesses that the log is shown to, and which of them are enough')
    .option('--policy <FILE>', 'a policy (c2sp.org/tlog-policy) with an address for each witness')
    .option('--within <TIME>', 'how long they may take to see a head before there is an alert', durationArgument)
    .option('--none', 'show it to nobody any more')
    .action((options: { policy?: string; within?: number; none?: boolean }) =>
      run((context) => witnesses(context, options)),
    );

  checkpoint
    .command('publish')
    .description('sign the newest checkpoint, and show it to the witnesses now')
    .action(() =>
      run((context) =>
        context.withSession('full', async (client) => {
          const { checkpoint: view } = await client.operator.publishCheckpoint();
          context.output.result({ checkpoint: view }, () => describe(view));
        }),
      ),
    );
};

async function show(
  context: CommandContext,
  { witnessed, output }: { readonly witnessed?: boolean; readonly output?: string },
): Promise<void> {
  await context.withSession('full', async (client) => {
    const { note } = await client.chain.checkpoint({ which: witnessed === true ? 'witnessed' : 'newest' });
    const { checkpoint } = await client.chain.status();
    if (output !== undefined) writeNewFile(output, note);
    context.output.result({ note, path: output ?? null, checkpoint }, () => [
      ...(output === undefined ? note.trimEnd().split('\n') : fields([['checkpoint', output]])),
      '',
      ...describe(checkpoint),
    ]);
  });
}

function describe(view: CheckpointView | null): string[] {
  if (view === null) return ['The chain names no key that signs checkpoints.'];
  return fields([
    ['log', view.origin],
    ['signed', view.size === null ? 'never here' : `${view.size} transactions, ${time(view.signed_at ?? 0)}`],
    ...(view.problem === null ? [] : ([['problem', view.problem]] as const)),
    ['witnessed', view.witnessed_size === null ? 'not by enough witnesses' : `${view.witnessed_size} transactions`],
    ...view.witnesses.map((one): [string, string] => [
      `witness ${one.name}`,
      [
        one.size === null ? 'has cosigned nothing' : `${one.size} transactions, ${time(one.cosigned_at ?? 0)}`,
        ...(one.problem === null ? [] : [one.problem]),
      ].join('; '),
    ]),
  ]);
}

async function verify(
  context: CommandContext,
  file: string,
  options: { readonly trust?: string; readonly policy?: string },
): Promise<void> {
  const note = readInputText(file, NOTE_SIZE_BYTES_MAX);
  const policy = readPolicy(options.policy);
  const trusted = await readTrust(context, options.trust);
  const report = verifyCheckpoint(note, { trusted, policy, verifiers: nativeVerifiers() });
  showReport(context, { kind: 'checkpoint', report, claim: 'The log had this size and this root.' });
}

function witnesses(
  context: CommandContext,
  { policy, within, none }: { readonly policy?: string; readonly within?: number; readonly none?: boolean },
): Promise<void> {
  if ((policy === undefined) === (none !== true))
    throw new QuantumLockError('USAGE', 'witnesses takes either --policy FILE or --none');
  readNodeConfig(context.dataDirectory);
  const set =
    policy === undefined
      ? null
      : {
          policy: readInputText(policy, WITNESS_POLICY_SIZE_BYTES_MAX),
          within_ms: within ?? WITNESS_WITHIN_MS,
          set_at: Date.now(),
        };
  setWitnesses(context.dataDirectory, set);
  context.output.result({ witnesses: set }, () => [
    set === null
      ? 'The log is shown to no witness.'
      : `Set. The log is shown to them after the next block, or now with: ${context.commandLine('checkpoint', 'publish')}`,
  ]);
  return Promise.resolve();
}
