import type { Command } from 'commander';
import { assert } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Hash } from '../../base/bytes.ts';
import { GREEN_BUNDLE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeGreenBundle, encodeGreenBundle } from '../../ledger/documents/green-bundle.ts';
import type { GreenProof } from '../../ledger/proofs/green-proof.ts';
import { greenClaim } from '../../ledger/proofs/green-words.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { Admission, type AdmissionEntry, type AdmissionStatus } from '../../node/admission/admission.ts';
import { admitByNode } from '../../node/admission/admit-by-node.ts';
import { hashDirectory } from '../../node/blobs/hash-directory.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { ownKeys } from '../documents/own-keys.ts';
import { readTrustFile } from '../documents/own-trust.ts';
import { durationArgument } from '../governance/duration.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields, time } from '../output.ts';
import { hashArgument, moment, type MomentArgument } from './arguments.ts';
import type { RunCommand } from './command.ts';

/** What `dm env admit` ends with. 1 and 2 are those of every command: failed, and wrong usage. */
export const ADMISSION_EXIT: Readonly<Record<AdmissionStatus, number>> = {
  green: 0,
  not_green: 3,
  recalled: 4,
  unknown: 5,
};

const WORDS: Readonly<Record<AdmissionStatus, string>> = {
  green: 'GREEN',
  not_green: 'NOT GREEN',
  recalled: 'RECALLED',
  unknown: 'CANNOT TELL',
};

interface AdmitOptions {
  readonly path?: string;
  readonly digest?: Hash;
  readonly env?: string;
  readonly at?: MomentArgument;
  readonly trust?: string;
  readonly bundle?: readonly string[];
  readonly maxAge?: number;
  readonly proof?: string;
}

interface Answer {
  readonly status: AdmissionStatus;
  readonly environments: readonly AdmissionEntry[];
  readonly proofs: readonly GreenProof[];
  /** Why, where no environment says it. */
  readonly why: string;
}

/** The line that a launch script puts before training. */
export function registerAdmit(env: Command, run: RunCommand): void {
  env
    .command('admit')
    .description('is this Green? Exit code 0: Green; 3: not Green; 4: recalled; 5: cannot tell')
    .option('--path <DIR>', 'the directory that is to be used; it is hashed as at its registration')
    .option('--digest <HASH>', 'its state hash, in place of the directory', hashArgument)
    .option('--env <ENV_ID>', 'as this environment alone; without it, as any')
    .option('--at <HEIGHT|TIME>', 'at a height or a time; offline, at a time; without it, by the newest block', moment)
    .option('--trust <FILE>', 'what is known of the chain from another source (dm proof trust)')
    .option('--bundle <FILE...>', 'offline, with --trust: Green proofs (dm proof create --green)')
    .option('--max-age <DURATION>', 'cannot tell where the newest proof is of an older block, as 12h', durationArgument)
    .option('--proof <FILE>', 'a new file for the proofs of the answer, as a bundle')
    .action((options: AdmitOptions) => run((context) => admit(context, options)));
}

async function admit(context: CommandContext, options: AdmitOptions): Promise<void> {
  const { path, digest, bundle, trust } = options;
  if ((path === undefined) === (digest === undefined))
    throw new QuantumLockError('USAGE', 'name a directory (--path) or its state hash (--digest), and not both');
  if (bundle !== undefined && trust === undefined)
    throw new QuantumLockError('USAGE', 'a bundle is checked against a trust file: name it with --trust');
  const directory = path === undefined ? null : await hashDirectory(path);
  if (directory !== null && directory.ignored_count > 0)
    context.output.note(
      `Excluded by rules in the directory or by the fixed list: ${directory.ignored_count}. The answer is not about these.`,
    );
  const stateHash = directory?.state_hash ?? digest;
  assert(stateHash !== undefined, 'one of the two was named');
  const trusted = trust === undefined ? null : readTrustFile(trust);
  const found =
    bundle === undefined
      ? await admitBeside(context, stateHash, trusted, options)
      : admitOffline(stateHash, trusted as TrustedKeys, bundle, options);
  const answer = aged(found, options.maxAge);
  if (options.proof !== undefined && answer.proofs.length > 0)
    writeNewFile(options.proof, encodeGreenBundle(answer.proofs));
  context.exitCode = ADMISSION_EXIT[answer.status];
  tell(context, options, { answer, stateHash, ignoredCount: directory?.ignored_count ?? null });
}

async function admitBeside(
  context: CommandContext,
  stateHash: Hash,
  trusted: TrustedKeys | null,
  { env, at }: AdmitOptions,
): Promise<Answer> {
  return context.withSession('read', async ({ chain }) => {
    const { status, environments, proofs, looked } = await admitByNode(
      { greenHolders: (input) => chain.greenHolders(input), greenProof: (input) => chain.greenProof(input) },
      trusted ?? (await ownKeys(chain)),
      { state_hash: stateHash, env_id: env, at },
    );
    const why =
      looked === null
        ? ''
        : `No environment has it in the state of block ${looked.height} (${time(looked.time)}), says this node, which looked through all of them.`;
    return { status, environments, proofs, why };
  });
}

function admitOffline(
  stateHash: Hash,
  trusted: TrustedKeys,
  bundle: readonly string[],
  { env, at }: AdmitOptions,
): Answer {
  if (at !== undefined && !('time' in at))
    throw new QuantumLockError('USAGE', 'with a bundle, --at takes a time', {
      advice: 'A height is asked for where the proof is made: dm proof create --green ENV --at HEIGHT.',
    });
  const proofs = bundle.flatMap((file) => decodeGreenBundle(readInputText(file, GREEN_BUNDLE_SIZE_BYTES_MAX)));
  const { status, environments } = Admission.ofProofs(proofs, trusted).admit({
    state_hash: stateHash,
    env_id: env,
    at: at?.time,
  });
  const what = env === undefined ? 'this content' : env;
  return {
    status,
    environments,
    proofs,
    why: `No proof of the bundle tells of ${what}${at === undefined ? '' : ' at that time'}: ask for a newer or a larger bundle.`,
  };
}

/** What was found of a block that is too old tells nothing of today. */
function aged(answer: Answer, maxAgeMs: number | undefined): Answer {
  const [decisive] = answer.environments;
  if (maxAgeMs === undefined || decisive === undefined) return answer;
  const ageMs = Date.now() - decisive.verdict.block.time;
  if (ageMs <= maxAgeMs) return answer;
  return {
    ...answer,
    status: 'unknown',
    why: `The newest proof is of ${time(decisive.verdict.block.time)}, which is older than --max-age allows: get a newer one.`,
  };
}

function tell(
  { output, dataDirectory }: CommandContext,
  { path, at, bundle, trust, proof }: AdmitOptions,
  {
    answer,
    stateHash,
    ignoredCount,
  }: { readonly answer: Answer; readonly stateHash: Hash; readonly ignoredCount: number | null },
): void {
  const { status, environments, why } = answer;
  const [decisive] = environments;
  const claims = environments.map(({ verdict }) => greenClaim(verdict));
  const isWhy = status === 'unknown' || decisive === undefined;
  output.result(
    {
      status,
      state_hash: stateHash,
      path: path ?? null,
      ignored_count: ignoredCount,
      at: at ?? null,
      since: isWhy ? null : decisive.since,
      why: isWhy ? why : null,
      environments: environments.map(({ verdict, ...entry }, index) => ({
        ...entry,
        claim: claims[index],
        block: verdict.block,
        next: verdict.next,
        superseded_by: verdict.recall?.superseded_by ?? null,
      })),
      answered_by: bundle === undefined ? { data: dataDirectory } : { bundle, trust },
      proof: proof ?? null,
    },
    () => [
      WORDS[status],
      ...fields([
        ['state hash', stateHash],
        ...(isWhy || decisive.since === null
          ? []
          : ([['since', `${time(decisive.since)} by ${decisive.by}`]] as const)),
      ]),
      ...claims,
      ...(isWhy ? [why] : []),
    ],
  );
}
