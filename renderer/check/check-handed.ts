import { QuantumLockError } from '../../src/base/errors.ts';
import { EXPORT_MANIFEST_SIZE_BYTES_MAX, GREEN_BUNDLE_SIZE_BYTES_MAX } from '../../src/base/limits.ts';
import { LineSplitter } from '../../src/base/line-splitter.ts';
import { verifyEd25519 } from '../../src/ledger/crypto/ed25519.ts';
import { verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import {
  EXPORT_LINES,
  ExportBesideManifest,
  JSONL_START,
  JsonlExportFile,
  type VerifiedExport,
} from '../../src/ledger/documents/export-file.ts';
import { exportShows } from '../../src/ledger/documents/export-words.ts';
import { openProofFile, type ProofKind } from '../../src/ledger/documents/proof-file.ts';
import type { ProofReport, TrustedKeys } from '../../src/ledger/proofs/report.ts';

/** What a file was found to be. */
export interface CheckedFile {
  readonly name: string;
  readonly what: string;
  readonly report: ProofReport;
  /** What it shows, a sentence each; none where it does not hold. */
  readonly shows: readonly string[];
}

export interface CheckFollower {
  readonly signal: AbortSignal;
  /** Bytes that are checked already. */
  readonly onProgress: (done: number) => void;
}

const PROOFS: Readonly<Record<ProofKind, string>> = {
  transaction: 'Proof of a transaction',
  state: 'Proof of a value of the state',
  consistency: 'Proof that the log only grew',
  green: 'Proof of what was Green',
  green_bundle: 'Proofs of what was Green',
  'tlog-proof': 'Proof of a transaction (tlog-proof)',
  receipt: 'Receipt of a transaction (COSE)',
};

const MANIFEST_NAME = /\.manifest\.json$/;
/** Then others get their turn. */
const SLICE_MS = 30;

/**
 * Checks one proof or receipt, or one export with the manifest beside it, in the page itself: with keys that the caller trusts, and
 * nothing else. @throws DOCUMENT_INVALID, EXPORT_INVALID, LIMIT_EXCEEDED, INPUT_INVALID where it is not one of these
 */
export async function checkHanded(
  files: readonly File[],
  trusted: TrustedKeys,
  follower: CheckFollower,
): Promise<CheckedFile> {
  const manifest = files.find(({ name }) => MANIFEST_NAME.test(name));
  const [file, ...others] = files.filter((one) => one !== manifest);
  if (file === undefined || others.length > 0)
    throw new QuantumLockError(
      'INPUT_INVALID',
      'one file is checked at a time, with the manifest beside it if it has one',
      {
        advice:
          manifest === undefined
            ? 'Take one proof, one receipt or one export.'
            : 'A manifest says what its export is: take both files together.',
      },
    );
  if (manifest !== undefined) return ofExport(file, await besideManifest(file, { manifest, trusted, follower }));
  if ((await file.slice(0, JSONL_START.length).text()) === JSONL_START)
    return ofExport(file, await jsonLines(file, trusted, follower));
  return proof(file, trusted);
}

async function proof(file: File, trusted: TrustedKeys): Promise<CheckedFile> {
  if (file.size > GREEN_BUNDLE_SIZE_BYTES_MAX) throw unknownFile(file, undefined);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const opened = open(file, bytes);
  const { report, claim } = opened.check({
    trusted,
    policy: null,
    verifySignature: verifyWithNoble,
    // No witness is asked for, so none is checked.
    verifiers: { ed25519: verifyEd25519, mlDsa44: () => false },
  });
  return { name: file.name, what: PROOFS[opened.kind], report, shows: report.ok ? claim.split('\n') : [] };
}

function open(file: File, bytes: Uint8Array): ReturnType<typeof openProofFile> {
  try {
    return openProofFile(bytes);
  } catch (cause) {
    throw unknownFile(file, cause);
  }
}

function unknownFile({ name }: File, cause: unknown): QuantumLockError {
  return new QuantumLockError(
    'DOCUMENT_INVALID',
    `${name} is no proof, no receipt and no export that holds its own manifest`,
    {
      advice:
        'An export that is not JSON Lines has its manifest in a file beside it: take both together. An approval is imported under Approvals, and a chain or a backup is opened with Inspect a file.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

function ofExport({ name }: File, verified: VerifiedExport): CheckedFile {
  const { manifest, report } = verified;
  const { kind, chain_id: chain, from_block: from, to_block: to, rows } = manifest;
  const holds = `${rows} ${kind === 'blocks' ? 'blocks' : 'transactions'} of ${chain}, of blocks ${from} to ${to}`;
  const asked = Object.entries(manifest.filter).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
  const about = `It holds ${holds}: ${asked.length === 0 ? 'everything' : `what was asked for by ${asked.join(', ')}`}.`;
  return { name, what: `Audit export (${kind})`, report, shows: report.ok ? [about, ...exportShows(verified)] : [] };
}

async function jsonLines(file: File, trusted: TrustedKeys, follower: CheckFollower): Promise<VerifiedExport> {
  const check = new JsonlExportFile({ trusted, verify: verifyWithNoble });
  const lines = new LineSplitter(EXPORT_LINES);
  const turns = new Turns(follower);
  let done = 0;
  for await (const chunk of piecesOf(file)) {
    for (const line of lines.take(chunk)) {
      check.take(line);
      done += line.length + 1;
      await turns.pass(done);
    }
  }
  lines.end();
  return check.end();
}

async function besideManifest(
  file: File,
  {
    manifest,
    trusted,
    follower,
  }: { readonly manifest: File; readonly trusted: TrustedKeys; readonly follower: CheckFollower },
): Promise<VerifiedExport> {
  if (manifest.size > EXPORT_MANIFEST_SIZE_BYTES_MAX) throw unknownFile(manifest, undefined);
  const check = new ExportBesideManifest(await manifest.text(), { trusted, verify: verifyWithNoble });
  const turns = new Turns(follower);
  let done = 0;
  for await (const chunk of piecesOf(file)) {
    check.take(chunk);
    done += chunk.length;
    await turns.pass(done);
  }
  return check.end();
}

async function* piecesOf(file: File): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** Lets the page draw and hear while it works. */
class Turns {
  readonly #follower: CheckFollower;
  #began = performance.now();

  constructor(follower: CheckFollower) {
    this.#follower = follower;
  }

  async pass(done: number): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    this.#follower.onProgress(done);
    await new Promise((resolve) => setTimeout(resolve));
    this.#follower.signal.throwIfAborted();
    this.#began = performance.now();
  }
}
