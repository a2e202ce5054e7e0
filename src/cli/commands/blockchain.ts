import { newChainId } from '../../node/chain/found-chain.ts';
import { mkdirSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import type { Hash } from '../../base/bytes.ts';
import { visibleJsonLines } from '../../base/visible-text.ts';
import type { Status } from '../../api/chain/node.ts';
import type { VerifyEvent } from '../../api/operator/integrity.ts';
import { runBenchmark } from '../../node/benchmark/benchmark.ts';
import { prepareDataDirectory } from '../../node/data-directory/prepare-data-directory.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { chainNameWarnings } from '../../node/host/chains-beside.ts';
import { createChain } from '../../node/host/create-chain.ts';
import type { KeyStoreKind } from '../../node/keys/key-store.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { verifyNode } from '../../node/verify/verify-node.ts';
import type { CommandContext } from '../context.ts';
import { warningsText } from '../governance/changes-text.ts';
import { fields, table, time } from '../output.ts';
import { hashArgument, keyStore, moment, port, positiveNumber, wholeNumber, type MomentArgument } from './arguments.ts';
import { acknowledge } from './acknowledge.ts';
import { registerBackup } from './backup.ts';
import { registerChainClock } from './chain-clock.ts';
import { registerChainControl } from './chain-control.ts';
import type { RegisterCommands } from './command.ts';
import { registerExport } from './chain-export.ts';
import { registerHistory } from './history.ts';
import { registerIntegrity } from './integrity.ts';
import { registerDrill } from './drill.ts';
import { registerRestore } from './restore.ts';
import { describeEnvironment } from './env-views.ts';
import { registerRollback } from './rollback.ts';
import { registerSecurityPolicy } from './security-policy.ts';
import { sizeText } from './size-text.ts';
import { startNode, type StartOptions } from './start-node.ts';

export const registerBlockchain: RegisterCommands = (program, run) => {
  const blockchain = program.command('blockchain').description('create, run, inspect and verify a chain');

  blockchain
    .command('init')
    .description('create a new chain')
    .option('--chain-id <ID>', 'its name: lower-case letters, digits, dashes; by default a generated name')
    .option('--sandbox', 'three local administrators, to try multisig on one machine', false)
    .option('--key-store <keychain|file>', 'where keys are kept; by default the OS keychain if there is one', keyStore)
    .option('--name <NAME>', "the administrator's name", 'Administrator')
    .action((options: { chainId?: string; sandbox: boolean; keyStore?: KeyStoreKind; name: string }) =>
      run((context) => initChain(context, options)),
    );

  blockchain
    .command('start')
    .description('run the node without a console')
    .option('--engine <ENGINE>', 'the consensus engine', 'embedded')
    .option('--port <PORT>', 'also serve the API under /blockchain on this port; 0 takes a free one', port)
    .option('--address <ADDRESS>', 'of this machine, for the API: needs --tls-cert; by default loopback alone')
    .option('--tls-cert <FILE>', 'certificate of the API, PEM')
    .option('--tls-key <FILE>', 'its private key, PEM')
    .option('--host-name <NAME...>', 'a name by which clients reach the API; may be repeated', [])
    .option('--allow-origin <ORIGIN...>', 'a page elsewhere that may call the API; may be repeated', [])
    .option(
      '--metrics-port <PORT>',
      'serve /metrics, /livez and /readyz on this port of loopback; 0 takes a free one',
      port,
    )
    .option('--log-requests', 'write a line of JSON for each request', false)
    .action((options: StartOptions) => run((context) => startNode(context, options)));

  blockchain
    .command('status')
    .description('show the state of the chain')
    .action(() =>
      run((context) =>
        context.withSession('read', async (client, { isRemote }) => {
          const status = await client.chain.status();
          context.output.result({ ...status, running: isRemote }, () =>
            fields([
              ['chain', status.chain_id + (status.sandbox ? '  (sandbox)' : '')],
              ['genesis', status.genesis],
              ...(status.era === 0 ? [] : ([['era', status.era]] as const)),
              ['node', isRemote ? `running since ${time(status.started_at)}` : 'not running'],
              ['height', status.height],
              ['head', `${status.head_hash}  ${time(status.head_time)}`],
              ['state_root', status.state_root],
              ['log', `${status.log_size} transactions, root ${status.log_root}`],
              ['validators', status.validators.map(({ validator_id }) => validator_id).join(', ')],
              ...(status.frozen === null
                ? []
                : ([['FROZEN', `since ${time(status.frozen.since)}: ${status.frozen.reason}`]] as const)),
              ['proposals', openText(status)],
              ['health', status.health],
              ...status.alerts.map(({ severity, message, advice }): [string, string] => [
                `  ${severity}`,
                `${message} ${advice}`,
              ]),
            ]),
          );
        }),
      ),
    );

  blockchain
    .command('inspect')
    .description('a block, a transaction, or the state of an environment at any moment')
    .option('--block <N>', 'by its index', wholeNumber)
    .option('--transaction <ID>', 'by its id', hashArgument)
    .option('--state <ENV_ID>', 'the state of an environment')
    .option('--at <HEIGHT|TIME>', 'with --state: at a height or a time', moment)
    .action((options: InspectOptions) => run((context) => inspect(context, options)));

  blockchain
    .command('verify')
    .description('every hash, signature, seal, root and state transition, and every stored blob')
    .option('--integrity-check', 'the whole check (the only one there is)', true)
    .action(() => run(verify));

  blockchain
    .command('acknowledge <CODE>')
    .description('confirm that you have seen an alert that stays active until then, such as INDEX_DIFFERED')
    .action((code: string) => run(async (context) => acknowledge(context, code)));

  blockchain
    .command('benchmark')
    .description('measure this machine on a scratch chain')
    .option('--transactions <N>', 'transactions under load', positiveNumber, 1000)
    .action((options: { transactions: number }) => run((context) => benchmark(context, options.transactions)));

  registerChainControl(blockchain, run);
  registerRollback(blockchain, run);
  registerSecurityPolicy(blockchain, run);
  registerChainClock(blockchain, run);
  registerHistory(blockchain, run);
  registerIntegrity(blockchain, run);
  registerExport(blockchain, run);
  registerBackup(blockchain, run);
  registerRestore(blockchain, run);
  registerDrill(blockchain, run);
};

async function initChain(
  context: CommandContext,
  options: {
    readonly chainId?: string;
    readonly sandbox: boolean;
    readonly keyStore?: KeyStoreKind;
    readonly name: string;
  },
): Promise<void> {
  // First: nothing of ours is written next to a chain that is only away.
  prepareDataDirectory(context.dataDirectory);
  const access = await context.keyring.keychain();
  const store = options.keyStore ?? (access.available ? 'keychain' : 'file');
  if (options.keyStore === undefined && !access.available)
    context.output.note(`No OS keychain is available here (${access.reason}). Keys are stored in an encrypted file.`);
  const passphrase = store === 'file' ? await context.passphrase('new') : null;
  if (passphrase?.source === 'generated_file') {
    context.output.note(`The keys are encrypted with a passphrase that was generated for you: ${passphrase.path}`);
    context.output.note(
      `They are only as safe as that file. For production use, move it off this machine, or use --passphrase-file, QUANTUM_LOCK_PASSPHRASE or a keychain.`,
    );
  }
  const chainId = options.chainId ?? newChainId(options.sandbox ? 'sandbox' : 'dark-matter');
  const warnings = chainNameWarnings(chainId, context.dataDirectory);
  const created = await createChain({
    dataDirectory: context.dataDirectory,
    chainId,
    sandbox: options.sandbox,
    keyStore: store,
    passphrase: passphrase?.passphrase ?? null,
    administratorName: options.name,
    keyring: context.keyring,
    now: Date.now,
  });
  const administrators = created.administrators.map(({ name, public_key }) => ({ name, public_key }));
  const document = {
    chain_id: created.chain_id,
    data: context.dataDirectory,
    key_store: store,
    passphrase_file: passphrase?.source === 'generated_file' ? passphrase.path : null,
    administrators,
    validator: created.validator.public_key,
    warnings,
  };
  for (const line of warningsText(warnings)) context.output.note(line);
  context.output.result(document, () =>
    fields([
      ['chain', created.chain_id + (options.sandbox ? '  (sandbox)' : '')],
      ['data', context.dataDirectory],
      ['keys', store === 'keychain' ? 'OS keychain' : 'encrypted file'],
      ...administrators.map(({ name, public_key }): [string, string] => ['administrator', `${name}  ${public_key}`]),
      ['next', 'dm env create --id cartpole --path ./cartpole   or   dm console'],
    ]),
  );
}

interface InspectOptions {
  readonly block?: number;
  readonly transaction?: Hash;
  readonly state?: string;
  readonly at?: MomentArgument;
}

async function inspect(context: CommandContext, { block, transaction, state, at }: InspectOptions): Promise<void> {
  if ([block, transaction, state].filter((value) => value !== undefined).length !== 1) {
    throw new QuantumLockError('USAGE', 'inspect takes exactly one of --block, --transaction and --state');
  }
  await context.withSession('read', async (client) => {
    if (block !== undefined) {
      const view = await client.chain.block({ at: { index: block } });
      context.output.result(view, () => visibleJsonLines(view));
    } else if (transaction !== undefined) {
      const view = await client.chain.transaction({ id: transaction });
      context.output.result(view, () => visibleJsonLines(view));
    } else if (state !== undefined) {
      const view = await client.chain.environment({ env_id: state, ...(at === undefined ? {} : { at }) });
      context.output.result(view, () => describeEnvironment(view));
    }
  });
}

function contentWords({ versions, present, partly, lost, never }: DoneEvent['content']): string {
  const others = [
    [partly, 'in part'],
    [lost, 'lost'],
    [never, 'never here'],
  ].flatMap(([count, word]) => (count === 0 ? [] : `${count} ${word}`));
  return [`${present} of ${versions} versions are here`, ...others].join(', ');
}

/** The chain itself is whole; what it names is not all here. */
function isOfContent({ place }: { readonly place: string }): boolean {
  return /^(?:content of|content 0x|blob|manifest|pack) ?/.test(place);
}

type DoneEvent = Extract<VerifyEvent, { type: 'done' }>;

async function verify(context: CommandContext): Promise<void> {
  readNodeConfig(context.dataDirectory);
  const onProgress = (event: Extract<VerifyEvent, { type: 'progress' }>): void =>
    context.output.progress(`Verifying ${event.phase}: ${event.done} of ${event.total}`);
  const report = await verifyNode({
    dataDirectory: context.dataDirectory,
    verifyThreads: replayThreadCount(),
    onProgress,
  });
  const { type: _, ...document } = report;
  context.output.result(document, () => [
    ...fields([
      ['result', report.ok ? 'everything verifies' : 'DAMAGED'],
      ['blocks', report.blocks],
      ['transactions', report.transactions],
      ['state pages', report.state_pages],
      ['blobs', report.blobs],
      ['content', contentWords(report.content)],
      ['time', `${(report.duration_ms / 1000).toFixed(1)} s`],
    ]),
    ...[...report.findings, ...report.notes].map(({ place, message }) => `${place}: ${message}`),
  ]);
  const [first] = report.findings;
  if (first !== undefined)
    throw new QuantumLockError(
      isOfContent(first) ? 'CONTENT_LOST' : 'CHAIN_INVALID',
      `${first.place}: ${first.message}`,
      {
        context: { place: first.place },
      },
    );
}

async function benchmark(context: CommandContext, transactions: number): Promise<void> {
  mkdirSync(context.dataDirectory, { recursive: true, mode: 0o700 });
  const report = await runBenchmark({
    directory: context.dataDirectory,
    transactions,
    onProgress: (step) => context.output.progress(step),
  });
  context.output.result(report, () => [
    ...fields([
      [
        'idle commit',
        `p50 ${report.idle.p50_ms.toFixed(2)} ms, p95 ${report.idle.p95_ms.toFixed(2)} ms, p99 ${report.idle.p99_ms.toFixed(2)} ms  (${report.idle.samples} samples)`,
      ],
      [
        'under load',
        `${Math.round(report.throughput.committed_per_second)} tx/s in ${report.throughput.blocks} blocks`,
      ],
      [
        'native verify',
        `${Math.round(report.throughput.native_verify_per_second)}/s on one core (${report.signature_verifier})`,
      ],
      ['ratio', report.throughput.ratio.toFixed(2)],
    ]),
    ...table(
      ['stage', 'µs a transaction'],
      Object.entries(report.stages_us).map(([stage, us]) => [stage, us.toFixed(1)]),
    ),
    `memory ${sizeText(process.memoryUsage().rss)}`,
  ]);
}

/** "2 open, 1 of them stale". */
function openText({ open_proposals: open, stale_proposals: stale }: Status): string {
  return stale === 0 ? `${open} open` : `${open} open, ${stale} of them stale: see dm proposal list`;
}
