import { InvalidArgumentError, Option } from 'commander';
import { trustedKeys } from '../../api/trusted-keys.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { encodeTrustFile, trustFileOf } from '../../ledger/documents/trust-file.ts';
import { NAMESPACES, type Namespace } from '../../ledger/state/records.ts';
import { proveConsistency } from '../../node/query/prove-consistency.ts';
import type { CommandContext } from '../context.ts';
import { checkProof } from '../documents/check-proof.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields } from '../output.ts';
import { hashArgument, moment, type MomentArgument } from './arguments.ts';
import type { RegisterCommands } from './command.ts';

interface Heights {
  readonly earlier: number;
  readonly later: number | null;
}

/** `3` or `3..17`. */
function heights(text: string): Heights {
  const { earlier, later } = /^(?<earlier>\d{1,12})(?:\.\.(?<later>\d{1,12}))?$/.exec(text)?.groups ?? {};
  if (earlier === undefined) throw new InvalidArgumentError('a height, or two such as 3..17');
  return { earlier: Number(earlier), later: later === undefined ? null : Number(later) };
}

interface CreateOptions {
  readonly transaction?: Hash;
  readonly state?: string;
  readonly namespace: Namespace;
  readonly at?: MomentArgument;
  readonly log?: Heights;
  readonly output?: string;
}

export const registerProof: RegisterCommands = (program, run) => {
  const proof = program
    .command('proof')
    .description('proofs for people without a node: create them, and check them without a chain');

  proof
    .command('create')
    .description('prove a transaction, a value of the state, or that the log only grew')
    .option('--transaction <ID>', 'that this transaction is in the log', hashArgument)
    .option('--state <KEY>', 'which value this key of the state had, or that it had none')
    .addOption(new Option('--namespace <NAME>', 'with --state').choices(NAMESPACES).default('environments'))
    .option('--at <HEIGHT|TIME>', 'with --state: at a height or a time', moment)
    .option(
      '--log <HEIGHT[..HEIGHT]>',
      'that the log of the first block is the beginning of the second, or the newest',
      heights,
    )
    .option('--output <FILE>', 'a new file; without it the proof goes to stdout')
    .action((options: CreateOptions) => run((context) => create(context, options)));

  proof
    .command('verify')
    .description('check a proof against a trust file alone, or against the chain in --data')
    .requiredOption('--input <FILE>', 'the proof; - for stdin')
    .option('--trust <FILE>', 'what is known of the chain from another source (dm proof trust)')
    .action((options: { input: string; trust?: string }) => run((context) => checkProof(context, options)));

  proof
    .command('trust')
    .description('what others must know about this chain to check its proofs: send it to them through another channel')
    .option('--output <FILE>', 'a new file; without it the document goes to stdout')
    .action((options: { output?: string }) => run((context) => trust(context, options)));
};

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const { transaction, state, namespace, at, log } = options;
  if ([transaction, state, log].filter((value) => value !== undefined).length !== 1)
    throw new QuantumLockError('USAGE', 'create takes exactly one of --transaction, --state and --log');
  const proof = await context.withSession('read', (client): Promise<unknown> => {
    if (transaction !== undefined) return client.chain.transactionProof({ id: transaction });
    if (state !== undefined)
      return client.chain.stateProof({ namespace, key: state, ...(at === undefined ? {} : { at }) });
    return Promise.resolve(proveConsistency(context.dataDirectory, log ?? { earlier: 0, later: null }));
  });
  handOver(context, `${JSON.stringify(proof)}\n`, options.output, ['proof', proof]);
}

async function trust(context: CommandContext, options: { readonly output?: string }): Promise<void> {
  const file = await context.withSession('read', async (client) => {
    // Before the keys are read: what is told of them holds at this block at least.
    const status = await client.chain.status();
    const { validators } = await client.chain.validators();
    return trustFileOf(trustedKeys(status, validators), status.height);
  });
  handOver(context, encodeTrustFile(file), options.output, ['trust', file]);
  context.output.note(`genesis  ${fingerprintWords(file.genesis).join(' ')}`);
}

/** A document that leaves: into a new file, or to stdout as it is. */
function handOver(
  { output }: CommandContext,
  text: string,
  path: string | undefined,
  [name, document]: readonly [string, unknown],
): void {
  if (path === undefined) return output.document(text);
  writeNewFile(path, text);
  output.result({ path, [name]: document }, () => fields([[name, path]]));
}
