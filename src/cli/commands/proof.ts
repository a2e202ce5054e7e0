import { InvalidArgumentError, Option } from 'commander';
import { decodeBase64 } from '../../base/base64.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { encodeTrustFile, trustFileOf } from '../../ledger/documents/trust-file.ts';
import { encodeGreenBundle } from '../../ledger/documents/green-bundle.ts';
import { verifyGreenProof, type GreenProof } from '../../ledger/proofs/green-proof.ts';
import { greenClaim } from '../../ledger/proofs/green-words.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { NAMESPACES, type Namespace } from '../../ledger/state/records.ts';
import { proveConsistency } from '../../node/query/prove-consistency.ts';
import type { CommandContext } from '../context.ts';
import { checkProof } from '../documents/check-proof.ts';
import { ownKeys, ownKeysAt } from '../documents/own-keys.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields } from '../output.ts';
import { hashArgument, moment, positiveNumber, type MomentArgument } from './arguments.ts';
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
  readonly green?: readonly string[];
  readonly digest?: Hash;
  readonly version?: number;
  readonly namespace: Namespace;
  readonly at?: MomentArgument;
  readonly log?: Heights;
  readonly output?: string;
  readonly format?: 'tlog-proof' | 'cose';
  readonly witnessed?: boolean;
}

export const registerProof: RegisterCommands = (program, run) => {
  const proof = program
    .command('proof')
    .description('proofs for people without a node: create them, and check them without a chain');

  proof
    .command('create')
    .description('prove a transaction, a value of the state, what was Green, or that the log only grew')
    .option('--transaction <ID>', 'that this transaction is in the log', hashArgument)
    .option('--state <KEY>', 'which value this key of the state had, or that it had none')
    .addOption(new Option('--namespace <NAME>', 'with --state').choices(NAMESPACES).default('environments'))
    .option('--green <ENV_ID...>', 'what was Green of these environments; of several, one bundle')
    .option('--digest <HASH>', 'with --green: whether this state hash was', hashArgument)
    .option('--version <N>', 'with --green: whether this version was', positiveNumber)
    .option('--at <HEIGHT|TIME>', 'with --state or --green: at a height or a time', moment)
    .option(
      '--log <HEIGHT[..HEIGHT]>',
      'that the log of the first block is the beginning of the second, or the newest',
      heights,
    )
    .addOption(
      new Option(
        '--format <FORMAT>',
        'with --transaction: for readers without this program, signed with the checkpoint key',
      ).choices(['tlog-proof', 'cose']),
    )
    .option('--witnessed', 'with --format tlog-proof: under the newest checkpoint that enough witnesses cosigned')
    .option('--output <FILE>', 'a new file; without it the proof goes to stdout')
    .action((options: CreateOptions) => run((context) => create(context, options)));

  proof
    .command('verify')
    .description('check a proof against a trust file alone, or against the chain in --data')
    .requiredOption('--input <FILE>', 'the proof; - for stdin')
    .option('--trust <FILE>', 'what is known of the chain from another source (dm proof trust)')
    .option('--policy <FILE>', 'of a tlog-proof: the witnesses that must have cosigned (c2sp.org/tlog-policy)')
    .action((options: { input: string; trust?: string; policy?: string }) =>
      run((context) => checkProof(context, options)),
    );

  proof
    .command('trust')
    .description('what others must know about this chain to check its proofs: send it to them through another channel')
    .option('--output <FILE>', 'a new file; without it the document goes to stdout')
    .action((options: { output?: string }) => run((context) => trust(context, options)));
};

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const { transaction, state, namespace, at, log, green } = options;
  if ([transaction, state, log, green].filter((value) => value !== undefined).length !== 1)
    throw new QuantumLockError('USAGE', 'create takes exactly one of --transaction, --state, --green and --log');
  if (green === undefined && (options.digest ?? options.version) !== undefined)
    throw new QuantumLockError('USAGE', '--digest and --version belong to --green');
  if (green !== undefined) return createGreen(context, green, options);
  if (options.format !== undefined) return createForOthers(context, options, options.format);
  if (options.witnessed === true) throw new QuantumLockError('USAGE', '--witnessed goes with --format tlog-proof');
  const proof = await context.withSession('read', (client): Promise<unknown> => {
    if (transaction !== undefined) return client.chain.transactionProof({ id: transaction });
    if (state !== undefined)
      return client.chain.stateProof({ namespace, key: state, ...(at === undefined ? {} : { at }) });
    return Promise.resolve(proveConsistency(context.dataDirectory, log ?? { earlier: 0, later: null }));
  });
  handOver(context, `${JSON.stringify(proof)}\n`, options.output, ['proof', proof]);
}

/** What stock tools read: it is signed now, with the checkpoint key, by the node that holds it. */
async function createForOthers(
  context: CommandContext,
  { transaction: id, witnessed, output }: CreateOptions,
  format: 'tlog-proof' | 'cose',
): Promise<void> {
  if (id === undefined) throw new QuantumLockError('USAGE', `--format ${format} proves a transaction: name it`);
  if (format === 'cose') {
    if (witnessed === true) throw new QuantumLockError('USAGE', 'a receipt has no witnesses');
    if (output === undefined) throw new QuantumLockError('USAGE', 'a receipt is not text: name a file with --output');
    const { cose } = await context.withSession('full', (client) => client.chain.coseReceipt({ id }));
    writeNewFile(output, decodeBase64(cose));
    return context.output.result({ path: output, format }, () => fields([['receipt', output]]));
  }
  const which = witnessed === true ? 'witnessed' : 'newest';
  const { text } = await context.withSession('full', (client) => client.chain.tlogProof({ id, which }));
  handOver(context, text, output, ['proof', text]);
}

/** One proof as it is, several as a bundle: all of one block, however many blocks come meanwhile. */
async function createGreen(
  context: CommandContext,
  environments: readonly string[],
  { at, digest, version, output }: CreateOptions,
): Promise<void> {
  const proofs = await context.withSession('read', async ({ chain }) => {
    const made: GreenProof[] = [];
    for (const env_id of environments) {
      const [first] = made;
      const moment = at ?? (first === undefined ? undefined : { height: first.record.sealed.header.index });
      const asked = {
        ...(moment === undefined ? {} : { at: moment }),
        ...(digest === undefined ? {} : { state_hash: digest }),
        ...(version === undefined ? {} : { version }),
      };
      made.push(await chain.greenProof({ env_id, ...asked }));
    }
    const trusted = await ownKeys(chain);
    for (const proof of made) context.output.note(claimOf(proof, trusted));
    return made;
  });
  const [first] = proofs;
  if (proofs.length === 1 && first !== undefined)
    return handOver(context, `${JSON.stringify(first)}\n`, output, ['proof', first]);
  handOver(context, encodeGreenBundle(proofs), output, ['bundle', { proofs: proofs.length }]);
}

/** What was made is checked before it leaves. @throws PROOF_INVALID */
function claimOf(proof: GreenProof, trusted: TrustedKeys): string {
  const { steps, verdict } = verifyGreenProof(proof, trusted);
  if (verdict !== null) return greenClaim(verdict);
  const failed = steps.at(-1);
  throw new QuantumLockError('PROOF_INVALID', `${proof.env_id}: ${failed?.step}: ${failed?.detail}`);
}

async function trust(context: CommandContext, options: { readonly output?: string }): Promise<void> {
  const { trusted, height } = await context.withSession('read', ({ chain }) => ownKeysAt(chain));
  const file = trustFileOf(trusted, height);
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
