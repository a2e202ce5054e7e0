import { decodeHex, encodeUtf8, type Ed25519Key, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { CheckpointView } from '../../api/chain/checkpoints.ts';
import {
  checkpointNoteKey,
  checkpointOrigin,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../ledger/checkpoints/checkpoint.ts';
import { encodeTransparentTransaction } from '../../ledger/checkpoints/cose-receipt.ts';
import { decodeNote, encodeNote, noteKeyId, signaturesOf } from '../../ledger/checkpoints/signed-note.ts';
import { encodeTlogProof } from '../../ledger/checkpoints/tlog-proof.ts';
import { decodeWitnessPolicy } from '../../ledger/checkpoints/witness-policy.ts';
import type { WitnessFacts } from '../monitoring/facts.ts';
import type { CheckpointHead } from '../query/checkpoint-queries.ts';
import type { QueryRemote } from '../query/query.ts';
import { readCheckpointConfig } from './checkpoint-config.ts';
import type { CheckpointKey } from './checkpoint-key.ts';
import { CheckpointSchedule } from './checkpoint-schedule.ts';
import { KeptCheckpoints, type KeptCheckpoint, type WhichCheckpoint } from './kept-checkpoints.ts';
import { nativeVerifiers } from './native-verifiers.ts';
import { askWitnesses, isWitnessed, witnessId, type WitnessProblem } from './witness-round.ts';

export interface LogCheckpointsOptions {
  readonly dataDirectory: string;
  readonly query: Pick<QueryRemote, 'checkpointHead' | 'loggedTransaction' | 'logGrown' | 'logRoot' | 'firstAfter'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Hears that the chain is not the one that was signed before. */
  readonly onFork: (error: QuantumLockError) => void;
}

/** Signs the log's sealed heads as checkpoints, keeps them, and shows them to witnesses. */
export class LogCheckpoints {
  readonly #options: LogCheckpointsOptions;
  readonly #kept: KeptCheckpoints;
  readonly #verifiers = nativeVerifiers();
  readonly #keys = new Map<Ed25519Key, CheckpointKey>();
  readonly #ending = new AbortController();
  readonly #schedule = new CheckpointSchedule(() => this.#publishByItself());
  #problems: ReadonlyMap<string, WitnessProblem> = new Map();
  /** One after the other: what is kept is read, and written. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LogCheckpointsOptions) {
    this.#options = options;
    this.#kept = new KeptCheckpoints(options.dataDirectory);
  }

  /** Lets a key sign once the chain names it. */
  addKey(key: CheckpointKey): void {
    this.#keys.set(key.publicKey, key);
    this.#schedule.onBlock();
  }

  /** There is a new head. */
  onBlock(): void {
    if (this.#keys.size > 0) this.#schedule.onBlock();
  }

  /** Whether it has to be done again although no block comes. What is wrong is told by the status and the alerts. */
  async #publishByItself(): Promise<boolean> {
    try {
      await this.publish();
      return this.#problems.size > 0;
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'HISTORY_CHANGED') this.#options.onFork(error);
      return false;
    }
  }

  /** @throws NOT_FOUND where there is none, and none can be signed here */
  async checkpoint(which: WhichCheckpoint): Promise<KeptCheckpoint> {
    if (which === 'newest' && this.#keys.size > 0) return this.#inTurn(() => this.#signHead());
    const kept = this.#kept.read(which);
    if (kept !== null) return kept;
    throw new QuantumLockError(
      'NOT_FOUND',
      which === 'newest'
        ? 'no checkpoint was signed on this machine'
        : 'no checkpoint was cosigned by enough witnesses',
      {
        advice:
          which === 'newest'
            ? 'Create a key for it, and propose it: dm checkpoint key create, then dm checkpoint key propose.'
            : 'Set the witnesses with dm checkpoint witnesses, and show them the log with dm checkpoint publish.',
      },
    );
  }

  /** Signs the newest head, and shows it to the witnesses that have not cosigned it. @throws as {@link checkpoint} */
  publish(): Promise<void> {
    return this.#inTurn(async () => {
      const signed = await this.#signHead();
      const { witnesses } = readCheckpointConfig(this.#options.dataDirectory);
      if (witnesses === null) {
        this.#problems = new Map();
        return;
      }
      const result = await askWitnesses(signed, {
        policy: decodeWitnessPolicy(witnesses.policy),
        verifiers: this.#verifiers,
        seen: this.#kept.seen(),
        grown: (sizes) => this.#options.query.logGrown(sizes),
        signal: this.#ending.signal,
      });
      this.#problems = result.problems;
      const cosigned = { ...signed, note: result.note };
      this.#kept.writeSeen(result.seen);
      if (result.note !== signed.note) this.#kept.write('newest', cosigned);
      if (result.isWitnessed) this.#kept.write('witnessed', cosigned);
    });
  }

  /** @throws NOT_FOUND where the transaction, or a checkpoint that has it, is not there */
  async tlogProof({ id, which }: { readonly id: Hash; readonly which: WhichCheckpoint }): Promise<string> {
    const kept = await this.checkpoint(which);
    const { root, size } = decodeCheckpoint(decodeNote(kept.note).text);
    const logged = await this.#options.query.loggedTransaction({ id, size });
    if (logged.root !== root) throw foreignCheckpoint();
    return encodeTlogProof({
      transaction: encodeUtf8(logged.transaction),
      index: logged.logIndex,
      path: logged.path,
      checkpoint: decodeNote(kept.note),
    });
  }

  /** The same for the sender of the transaction; null where this node signs none. */
  async ownReceipt(id: Hash): Promise<Uint8Array | null> {
    const { publicKey } = await this.#options.query.checkpointHead();
    return publicKey !== null && this.#keys.has(publicKey) ? this.coseReceipt(id) : null;
  }

  /** A transaction with its receipt, under the newest sealed head. @throws NOT_FOUND, KEY_NOT_FOUND */
  async coseReceipt(id: Hash): Promise<Uint8Array> {
    const head = await this.#options.query.checkpointHead();
    const key = this.#keyFor(head);
    const {
      transaction,
      logIndex: index,
      path,
      root,
    } = await this.#options.query.loggedTransaction({ id, size: head.size });
    return encodeTransparentTransaction(
      {
        publicKey: key.publicKey,
        subject: id,
        transaction: encodeUtf8(transaction),
        receipt: { size: head.size, index, path },
      },
      { chain: head.chain, root, sign: key.sign },
    );
  }

  /** What there is to say of it; null where the chain names no key. */
  async view(): Promise<CheckpointView | null> {
    const head = await this.#options.query.checkpointHead();
    if (head.publicKey === null) return null;
    const kept = this.#kept.read('newest');
    const own = kept === null ? null : decodeNote(kept.note);
    const { witnesses } = readCheckpointConfig(this.#options.dataDirectory);
    const policy = witnesses === null ? null : decodeWitnessPolicy(witnesses.policy);
    const seen = this.#kept.seen();
    return {
      origin: checkpointOrigin(head.chain),
      size: kept?.size ?? null,
      root: own === null ? null : decodeCheckpoint(own.text).root,
      signed_at: kept?.signedAt ?? null,
      problem: this.#keys.has(head.publicKey) ? null : `the key that signs it is not open here: ${head.publicKey}`,
      witnesses: (policy?.witnesses ?? []).map((witness) => ({
        name: witness.name,
        size: seen[witnessId(witness)]?.size ?? null,
        cosigned_at: seen[witnessId(witness)]?.at ?? null,
        problem: this.#problems.get(witness.name)?.message ?? null,
      })),
      witnessed_size: policy === null ? null : (this.#kept.read('witnessed')?.size ?? null),
    };
  }

  /** How the witnesses fare; null where none are set. */
  async facts(): Promise<WitnessFacts | null> {
    const { witnesses } = readCheckpointConfig(this.#options.dataDirectory);
    if (witnesses === null) return null;
    const policy = decodeWitnessPolicy(witnesses.policy);
    const kept = this.#kept.read('witnessed');
    // A file alone says nothing: the policy may have been changed since, and the file too.
    const isSeen = kept !== null && isWitnessed(decodeNote(kept.note), policy, this.#verifiers);
    const size = isSeen ? kept.size : 0;
    return {
      withinMs: witnesses.within_ms,
      setAt: witnesses.set_at,
      unseenSince: await this.#options.query.firstAfter(size),
      seenSize: size,
      problems: Array.from(this.#problems, ([name, problem]) => ({ name, ...problem })),
    };
  }

  /** The same for the rules of alerts. */
  async factsOrError(): Promise<WitnessFacts | QuantumLockError | null> {
    try {
      return await this.facts();
    } catch (error) {
      if (error instanceof QuantumLockError) return error;
      return new QuantumLockError('NODE_FAILED', String(error), { cause: error });
    }
  }

  /** Gives up what is under way, and waits for its end. */
  async close(): Promise<void> {
    this.#schedule.close();
    this.#ending.abort();
    await this.#turn.catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.catch(() => undefined).then(work);
    this.#turn = next;
    return next;
  }

  /** The head that is kept already keeps its cosignatures. */
  async #signHead(): Promise<KeptCheckpoint> {
    const head = await this.#options.query.checkpointHead();
    const key = this.#keyFor(head);
    const text = encodeCheckpoint({ origin: checkpointOrigin(head.chain), size: head.size, root: head.root });
    const kept = this.#kept.read('newest');
    if (kept !== null) {
      if (decodeNote(kept.note).text === text && this.#isOwn(kept, head)) return kept;
      await this.#assertContinues(kept, head);
    }
    const noteKey = checkpointNoteKey(head.chain, key.publicKey);
    const signature = { name: noteKey.name, keyId: noteKeyId(noteKey), signature: key.sign(encodeUtf8(text)) };
    const signed = {
      note: encodeNote({ text, signatures: [signature] }),
      size: head.size,
      signedAt: this.#options.now(),
    };
    this.#kept.write('newest', signed);
    return signed;
  }

  /** @throws NOT_FOUND where the chain names none, KEY_NOT_FOUND where it is not here */
  #keyFor({ publicKey }: CheckpointHead): CheckpointKey {
    if (publicKey === null)
      throw new QuantumLockError('NOT_FOUND', 'the chain names no key that signs checkpoints', {
        advice: 'Create one, and propose it: dm checkpoint key create, then dm checkpoint key propose.',
      });
    const key = this.#keys.get(publicKey);
    if (key !== undefined) return key;
    throw new QuantumLockError('KEY_NOT_FOUND', `the key that signs checkpoints is not open here: ${publicKey}`, {
      advice: 'Import it where the node runs (dm key import), and name it: dm checkpoint key use KEY.',
    });
  }

  /**
   * A log never signs what contradicts what it signed before (tlog-checkpoint, "Signatures"): so the kept checkpoint is checked against
   * the chain first, where this machine's keys signed it. @throws HISTORY_CHANGED
   */
  async #assertContinues(kept: KeptCheckpoint, head: CheckpointHead): Promise<void> {
    if (!this.#isOwn(kept, head)) return;
    const { size, root, origin } = decodeCheckpoint(decodeNote(kept.note).text);
    if (origin !== checkpointOrigin(head.chain)) return;
    const continues = size <= head.size && (await this.#options.query.logRoot(size)) === root;
    if (!continues)
      throw new QuantumLockError(
        'HISTORY_CHANGED',
        `a checkpoint of ${size} transactions was signed here that this log of ${head.size} does not continue`,
        { advice: 'Restore the newer history. Signing this one would show witnesses two histories of one log.' },
      );
  }

  /** Whether a key that is open here signed it. */
  #isOwn({ note }: KeptCheckpoint, { chain }: CheckpointHead): boolean {
    const decoded = decodeNote(note);
    return [...this.#keys.keys()].some((publicKey) => {
      const key = checkpointNoteKey(chain, publicKey);
      return signaturesOf(decoded, key).some(({ signature }) =>
        this.#verifiers.ed25519(signature, encodeUtf8(decoded.text), decodeHex(publicKey)),
      );
    });
  }
}

function foreignCheckpoint(): QuantumLockError {
  return new QuantumLockError('HISTORY_CHANGED', 'the kept checkpoint is not of this log', {
    advice: 'Sign a new one where the node runs: dm checkpoint show.',
  });
}
