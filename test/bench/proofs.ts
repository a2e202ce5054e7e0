import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { encodeHash, encodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { checkpointNoteKey, checkpointOrigin, encodeCheckpoint } from '../../src/ledger/checkpoints/checkpoint.ts';
import { encodeTransparentTransaction } from '../../src/ledger/checkpoints/cose-receipt.ts';
import { noteKeyId, type SignedNote } from '../../src/ledger/checkpoints/signed-note.ts';
import { encodeTlogProof } from '../../src/ledger/checkpoints/tlog-proof.ts';
import { verifyReceipt } from '../../src/ledger/checkpoints/verify-receipt.ts';
import { verifyTlogProof } from '../../src/ledger/checkpoints/verify-tlog-proof.ts';
import { inclusionPath } from '../../src/ledger/log/log.ts';
import type { ProofReport } from '../../src/ledger/proofs/report.ts';
import { submitAll } from '../../src/node/benchmark/benchmark.ts';
import { createEnvironmentTransaction, foundSyntheticChain } from '../../src/node/benchmark/synthetic-chain.ts';
import { checkpointKeyOf } from '../../src/node/checkpoints/checkpoint-key.ts';
import { nativeVerifiers } from '../../src/node/checkpoints/native-verifiers.ts';
import { verifyThreadCount } from '../../src/node/thread-counts.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { Validator } from '../../src/node/validator/validator.ts';
import type { Figure } from './figures.ts';

const PROOFS = 1_000;
const SIGN_AT_ONCE = 5_000;

/** Proofs for readers without this program, each of another transaction: made from the chain on the disk, and checked. */
export async function measureProofs(directory: string, transactions: number): Promise<Figure[]> {
  const chain = foundSyntheticChain(join(directory, 'proofs'));
  const onFailure = (error: Error): void => {
    throw error;
  };
  const validator = await Validator.start(
    {
      chainDirectory: chain.chainDirectory,
      verifyThreads: verifyThreadCount(),
      onBlock: () => undefined,
      onFailure,
    },
    chain.sealingKey(),
  );
  try {
    for (let begin = 0; begin < transactions; begin += SIGN_AT_ONCE)
      await submitAll(
        validator,
        Array.from({ length: Math.min(SIGN_AT_ONCE, transactions - begin) }, (_, index) =>
          createEnvironmentTransaction(chain, `env-${begin + index}`, begin + index),
        ),
      );
  } finally {
    await validator.stop();
  }
  const { reader, database } = ChainReader.open(chain.chainDirectory);
  try {
    return measure(reader);
  } finally {
    database.close();
  }
}

function measure(reader: ChainReader): Figure[] {
  const root = reader.chain();
  const { log_size: size, log_root } = reader.provedHead().header;
  const key = checkpointKeyOf(randomBytes(32));
  const noteKey = checkpointNoteKey(root, key.publicKey);
  const text = encodeCheckpoint({ origin: checkpointOrigin(root), size, root: log_root });
  const signature = { name: noteKey.name, keyId: noteKeyId(noteKey), signature: key.sign(encodeUtf8(text)) };
  const checkpoint: SignedNote = { text, signatures: [signature] };
  const trusted = {
    chain: root,
    validators: [],
    checkpointKeys: [{ public_key: key.publicKey, from_size: 0, until_size: null }],
  };
  const verifiers = nativeVerifiers();
  const { verify: verifySignature } = loadSignatureVerifier();
  const pathOf = (index: number): Hash[] => inclusionPath(reader.log, index, size).map(encodeHash);
  const makers = {
    receipt: (index: number): Uint8Array =>
      encodeTransparentTransaction(
        {
          publicKey: key.publicKey,
          subject: reader.id(index),
          transaction: reader.transactionBytes(index),
          receipt: { size, index, path: pathOf(index) },
        },
        { chain: root, root: log_root, sign: key.sign },
      ),
    'tlog-proof': (index: number): Uint8Array =>
      encodeUtf8(
        encodeTlogProof({ transaction: reader.transactionBytes(index), index, path: pathOf(index), checkpoint }),
      ),
  };
  const checkers = {
    receipt: (bytes: Uint8Array): ProofReport =>
      verifyReceipt(bytes, { trusted, verifySignature, verifyEd25519: verifiers.ed25519 }),
    'tlog-proof': (bytes: Uint8Array): ProofReport =>
      verifyTlogProof(Buffer.from(bytes).toString('utf8'), { trusted, policy: null, verifiers, verifySignature }),
  };
  const indexes = Array.from({ length: PROOFS }, (_, round) => 1 + Math.floor((round * (size - 2)) / PROOFS));
  return (['receipt', 'tlog-proof'] as const).flatMap((kind) => {
    // Compiled before it is measured, as it is in a process that has run for a while.
    for (const index of indexes) checkers[kind](makers[kind](index));
    const made = timed(() => indexes.map(makers[kind]));
    const checked = timed(() => made.result.map(checkers[kind]));
    const wrong = checked.result.find(({ ok }) => !ok);
    if (wrong !== undefined) throw new Error(`a ${kind} does not verify: ${wrong.steps.at(-1)?.detail ?? ''}`);
    const figure = (what: string, ms: number, most: number): Figure => ({
      name: `a ${kind} ${what}, of one processor`,
      value: ms / PROOFS,
      unit: 'ms',
      bound: { at: 'most', value: most },
    });
    return [figure('made', made.ms, 5), figure('checked', checked.ms, 1)];
  });
}

/** The processor's time: what else runs on the machine does not count. */
function timed<Result>(work: () => Result): { readonly result: Result; readonly ms: number } {
  const begin = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begin);
  return { result, ms: (user + system) / 1000 };
}
