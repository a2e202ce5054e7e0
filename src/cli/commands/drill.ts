import type { Command } from 'commander';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { isHash, isPublicKey } from '../../base/bytes.ts';
import { readTrustFile } from '../documents/own-trust.ts';
import { createFile } from '../../node/data-directory/durable-files.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { storageError } from '../../node/data-directory/storage-errors.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { replayThreadCount } from '../../node/thread-counts.ts';
import { runDrill } from '../../node/recovery/drill.ts';
import { recordDrill } from '../../node/recovery/drill-log.ts';
import {
  assertDrill,
  decodeDrill,
  drillDigest,
  drillHash,
  encodeDrill,
  type DrillStatement,
  type SignedDrill,
  type TrustedSigners,
} from '../../node/recovery/drill-statement.ts';
import { digestFile } from '../../node/recovery/file-digest.ts';
import { loadSignatureVerifier } from '../../node/signature-verifier.ts';
import type { CommandContext } from '../context.ts';
import { fields, time } from '../output.ts';
import { statementSigner } from '../statement-signer.ts';
import { readKeys, type KeyOptions } from './backup-keys.ts';
import type { RunCommand } from './command.ts';

interface DrillOptions extends KeyOptions {
  readonly input?: readonly string[];
  readonly output?: string;
  readonly verify?: string;
  readonly backup?: readonly string[];
  readonly trust?: string;
  readonly genesis?: string;
  readonly key?: readonly string[];
}

const STATEMENT_SIZE_BYTES_MAX = 1024 * 1024;

export function registerDrill(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('drill')
    .description('rehearse a restore in a scratch directory, and sign the result; or check such a statement')
    .option('--input <FILE...>', 'a full backup, and each incremental one that continues it')
    .option('--output <FILE>', 'write the signed statement to a new file too')
    .option('--identity <FILE...>', 'age identities that open them')
    .option('--backup-passphrase-file <FILE>', 'the passphrase that opens them')
    .option('--verify <STATEMENT>', 'check a statement instead: on any machine, with no chain')
    .option('--backup <FILE...>', 'with --verify: that these are the very files that were rehearsed')
    .option('--trust <FILE>', 'with --verify: the trust file of the chain (dm proof trust-file)')
    .option('--genesis <HASH>', 'with --verify, in place of a trust file: which chain it must be of')
    .option('--key <PUBLIC_KEY...>', 'with --verify: keys that are trusted, besides the validators of the trust file')
    .action((options: DrillOptions) =>
      run((context) =>
        options.verify === undefined ? drill(context, options) : check(context, options.verify, options),
      ),
    );
}

async function drill(context: CommandContext, options: DrillOptions): Promise<void> {
  const { input: files = [] } = options;
  if (files.length === 0) throw new QuantumLockError('USAGE', 'which backup is to be rehearsed? Name it with --input');
  const { dataDirectory, output } = context;
  readNodeConfig(dataDirectory);
  const sign = await statementSigner(context, { kind: 'drill', sentenceOf, digestOf: drillDigest });
  const signed = await runDrill({
    files,
    keys: await readKeys(output, files, options),
    dataDirectory,
    verifyThreads: replayThreadCount(),
    now: Date.now,
    software: context.version,
    sign,
    report: ({ phase, done, total }) =>
      output.progress(`${phase === 'extract' ? 'Reading' : `Verifying ${phase}`}: ${done} of ${total}`),
  });
  recordDrill(dataDirectory, signed);
  if (options.output !== undefined) writeStatement(options.output, signed);
  tell(context, signed);
}

function sentenceOf({ ok, chain_id, restored }: DrillStatement): string {
  return ok
    ? `A rehearsal restored the chain ${chain_id} up to block ${restored?.height ?? 0}, and all of it verifies.`
    : `A rehearsal could not restore the chain ${chain_id}.`;
}

function writeStatement(path: string, signed: SignedDrill): void {
  try {
    createFile(path, encodeDrill(signed));
  } catch (error) {
    throw storageError(path, error);
  }
}

function tell({ output, dataDirectory }: CommandContext, { statement, public_key }: SignedDrill): void {
  const { ok, restored, backups, findings, duration_ms, at } = statement;
  output.result(
    { drill: drillHash(statement), ...statement, public_key, log: join(dataDirectory, 'drills.log') },
    () => [
      ...fields([
        ['result', ok ? 'everything that was restored verifies' : 'FAILED'],
        ['statement', drillHash(statement)],
        ['backup', backups.map(({ name }) => name).join(', ')],
        ['height', restored?.height ?? 'nothing was restored'],
        ['head', restored?.hash],
        ['began', time(at)],
        ['time', `${(duration_ms / 1000).toFixed(1)} s`],
      ]),
      ...findings.map(({ place, message }) => `${place}: ${message}`),
    ],
  );
  const [first] = findings;
  if (!ok)
    throw new QuantumLockError('DRILL_FAILED', `the rehearsal failed: ${first?.message ?? ''}`, {
      context: { place: first?.place ?? '' },
    });
}

async function check(context: CommandContext, path: string, options: DrillOptions): Promise<void> {
  const drillOf = decodeDrill(readInputText(path, STATEMENT_SIZE_BYTES_MAX));
  assertDrill(drillOf, trustedOf(options), loadSignatureVerifier().verify);
  const { statement, public_key } = drillOf;
  const { backup: files = [] } = options;
  await assertSameFiles(statement, files);
  const document = { valid: true, drill: drillHash(statement), ...statement, public_key, files_checked: files.length };
  context.output.result(document, () =>
    fields([
      ['statement', 'is signed as it stands'],
      ['by', public_key],
      ['says', sentenceOf(statement)],
      ['began', time(statement.at)],
      [
        'files',
        files.length === 0
          ? 'not looked at: name them with --backup'
          : `${files.length} are the ones that were rehearsed`,
      ],
    ]),
  );
  if (!statement.ok)
    throw new QuantumLockError('DRILL_FAILED', 'the statement is valid, and says that the rehearsal failed');
}

function trustedOf({ trust, genesis, key = [] }: DrillOptions): TrustedSigners {
  const wrong = key.find((each) => !isPublicKey(each));
  if (wrong !== undefined) throw new QuantumLockError('USAGE', `--key ${wrong.slice(0, 80)} is no public key`);
  if (trust !== undefined) {
    const { chain, validators } = readTrustFile(trust);
    return { genesis: chain.genesis, publicKeys: [...validators.map(({ public_key }) => public_key), ...key] };
  }
  if (!isHash(genesis) || key.length === 0)
    throw new QuantumLockError('USAGE', 'whom to trust is not said', {
      advice: 'Name the trust file of the chain (--trust), or its genesis and a key (--genesis, --key).',
    });
  return { genesis, publicKeys: key };
}

async function assertSameFiles({ backups }: DrillStatement, files: readonly string[]): Promise<void> {
  if (files.length > 0 && files.length !== backups.length)
    throw new QuantumLockError(
      'USAGE',
      `the statement is about ${backups.length} files, and ${files.length} were named`,
    );
  for (const file of files) {
    const { digest } = await digestFile(file);
    if (!backups.some(({ file_digest }) => file_digest === digest))
      throw new QuantumLockError(
        'BACKUP_INVALID',
        `${file} is none of the files that were rehearsed: its SHA-256 is ${digest}`,
        {
          context: { place: file },
        },
      );
  }
}
