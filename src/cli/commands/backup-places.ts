import type { Command } from 'commander';
import { resolve } from 'node:path';
import { newDestination, type DestinationView } from '../../api/operator/backups.ts';
import { counted } from '../../base/count-words.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ARGUMENT_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { Secrets } from '../../node/host/asked-secrets.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { readRecoveryConfig, type KeptDestination } from '../../node/recovery/recovery-config.ts';
import type { CommandContext } from '../context.ts';
import { fields, table, time } from '../output.ts';
import { positiveNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { confirmDeed, decodeInput } from './confirm-deed.ts';
import { sizeText } from './size-text.ts';

interface StoreOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly lockDays?: number;
  readonly accessKeysFile?: string;
  readonly yes: boolean;
}

const YES = 'do not ask: it was reviewed before';

/** The places that scheduled backups are copied to. */
export function registerBackupPlaces(backup: Command, run: RunCommand): void {
  backup
    .command('destinations')
    .description('where backups go, what lies there, and what was verified of it')
    .action(() => run(list));

  backup
    .command('add-folder <NAME> <FOLDER>')
    .description('copy backups to a folder: of another disk, or a mount of another machine')
    .option('--yes', YES, false)
    .action((name: string, folder: string, { yes }: { yes: boolean }) =>
      run((context) => add(context, { kind: 'folder', name, path: resolve(folder) }, { yes })),
    );

  backup
    .command('add-store <NAME>')
    .description('copy backups to a store that speaks S3')
    .requiredOption('--endpoint <URL>', 'https://…; plain http only on this machine')
    .requiredOption('--bucket <BUCKET>', 'a bucket that is there')
    .requiredOption('--region <REGION>', 'of the bucket')
    .option('--prefix <PREFIX>', 'before the name of each backup', '')
    .option('--lock-days <DAYS>', 'the store keeps each copy from being deleted for so long', positiveNumber)
    .option(
      '--access-keys-file <FILE>',
      'two lines: the access key, and the secret key; else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, at each use',
    )
    .option('--yes', YES, false)
    .action((name: string, options: StoreOptions) => run((context) => addStore(context, name, options)));

  backup
    .command('remove <NAME>')
    .description('make no more backups to a destination; what lies there stays there')
    .option('--yes', YES, false)
    .action((name: string, { yes }: { yes: boolean }) =>
      run(async (context) => {
        const { id } = findDestination(context, name);
        tell(context, await confirmDeed(context, { deed: 'remove_backup_destination', destination_id: id }, { yes }));
      }),
    );

  backup
    .command('test <NAME>')
    .description('write a small file to a destination, read it back, and delete it')
    .action((name: string) => run((context) => test(context, name)));
}

async function add(
  context: CommandContext,
  destination: unknown,
  options: { readonly yes: boolean; readonly secrets?: Secrets },
): Promise<void> {
  const decoded = decodeInput(newDestination, destination);
  tell(context, await confirmDeed(context, { deed: 'add_backup_destination', destination: decoded }, options));
}

function tell({ output }: CommandContext, sentence: string): void {
  output.result({ done: sentence }, () => fields([['done', sentence]]));
}

function addStore(
  context: CommandContext,
  name: string,
  { yes, accessKeysFile, lockDays, endpoint, bucket, region, prefix }: StoreOptions,
): Promise<void> {
  const secrets = accessKeysFile === undefined ? {} : readAccessKeys(accessKeysFile);
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  if (accessKeysFile === undefined && (id === undefined || secret === undefined))
    throw new QuantumLockError('USAGE', 'the access keys of the store are missing', {
      advice: 'Name a file of two lines with --access-keys-file, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  const destination = { kind: 's3', name, endpoint, bucket, region, prefix, lock_days: lockDays ?? null };
  return add(context, destination, { yes, secrets });
}

/** @throws INPUT_INVALID, which repeats nothing of the file */
function readAccessKeys(path: string): Secrets {
  const lines = readInputText(path, ARGUMENT_FILE_SIZE_BYTES_MAX).trim().split(/\r?\n/);
  const [access_key, secret_key] = lines.map((line) => line.trim());
  if (
    lines.length !== 2 ||
    access_key === undefined ||
    access_key === '' ||
    secret_key === undefined ||
    secret_key === ''
  )
    throw new QuantumLockError('INPUT_INVALID', `${path} does not hold two lines: the access key, and the secret key`);
  return { access_key, secret_key };
}

/** By its name, or its id. @throws NOT_FOUND */
function findDestination({ dataDirectory }: CommandContext, name: string): KeptDestination {
  const { destinations } = readRecoveryConfig(dataDirectory);
  const found = destinations.find(({ id, destination }) => destination.name === name || id === name);
  if (found !== undefined) return found;
  throw new QuantumLockError('NOT_FOUND', `there is no destination ${JSON.stringify(name.slice(0, 100))}`, {
    advice: 'dm blockchain backup destinations shows them.',
  });
}

async function test(context: CommandContext, name: string): Promise<void> {
  const { id, destination } = findDestination(context, name);
  await context.withSession('read', async (client) => {
    const { problem } = await client.operator.testDestination({ destination_id: id });
    if (problem !== null) throw QuantumLockError.fromFailure(problem);
    context.output.result({ destination: destination.name, works: true }, () => [
      `A small file was written to ${destination.name}, read back, and taken away.`,
    ]);
  });
}

async function list(context: CommandContext): Promise<void> {
  await context.withSession('read', async (client) => {
    const { destinations, last_verified, last_failure } = await client.operator.backups();
    context.output.result({ destinations, last_verified, last_failure }, () =>
      destinations.length === 0
        ? ['Backups go nowhere yet: dm blockchain backup add-folder NAME FOLDER']
        : destinations.flatMap(destinationText),
    );
  });
}

function destinationText({ id, name, place, lock_days, problem, backups, refused }: DestinationView): string[] {
  return [
    ...fields([
      ['destination', `${name}  (${id})`],
      ['place', place],
      ...(lock_days === null ? [] : ([['locked', counted(lock_days, 'day')]] as const)),
      ...(problem === null ? [] : ([['PROBLEM', `${problem.message} ${problem.advice}`]] as const)),
    ]),
    ...refused.map((file) => `DOES NOT COUNT  ${file.name}: ${file.problem.message}`),
    ...table(
      ['made', 'kind', 'blocks', 'size', 'health', 'file'],
      backups.map(
        ({
          created_at,
          kind,
          from_height,
          to_height,
          size_bytes,
          verified,
          encrypted_to,
          is_restorable,
          name: file,
        }) => [
          time(created_at),
          encrypted_to === null ? kind : `${kind}, encrypted`,
          from_height > to_height ? `none since ${to_height}` : `${from_height} to ${to_height}`,
          sizeText(size_bytes),
          healthText({ verified, encrypted_to, is_restorable }),
          file,
        ],
      ),
    ),
    '',
  ];
}

/** As the console says it. */
function healthText({
  verified,
  encrypted_to,
  is_restorable,
}: Pick<DestinationView['backups'][number], 'verified' | 'encrypted_to' | 'is_restorable'>): string {
  if (!is_restorable) return 'its base is missing';
  if (verified === null) return 'never verified';
  if (!verified.ok) return `DAMAGED, found ${time(verified.at)}`;
  return `${encrypted_to === null ? 'verified' : 'bytes verified'} ${time(verified.at)}`;
}
