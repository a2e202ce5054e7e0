import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { verifyGreenProof, type GreenProof, type GreenVerdict } from '../../ledger/proofs/green-proof.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { greenAnswer, type GreenStatus } from '../../ledger/state/green-status.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';

/** `unknown`: the proofs that are held do not tell. */
export type AdmissionStatus = GreenStatus | 'unknown';

export interface AdmissionQuestion {
  /** Of the directory that is to be used. */
  readonly state_hash: Hash;
  /** In this environment alone; left out, in any that is held. */
  readonly env_id?: string | undefined;
  /** At this time, Unix milliseconds; left out, as of the newest block that is held of an environment. */
  readonly at?: number | undefined;
}

/** What one environment says of a content. */
export interface AdmissionEntry {
  readonly env_id: string;
  readonly status: GreenStatus;
  /** Of what was promoted or recalled; null where it is not Green. */
  readonly version: number | null;
  /** Unix milliseconds: promoted, or recalled. */
  readonly since: number | null;
  readonly by: string | null;
  readonly approved_by: readonly string[];
  /** Of a recall. */
  readonly reason: string | null;
  /** What the proof that this rests on shows of this content. */
  readonly verdict: GreenVerdict;
}

export interface AdmissionAnswer {
  readonly status: AdmissionStatus;
  readonly state_hash: Hash;
  /** The one that decides first: what is Green, then what was recalled, then what is not Green. */
  readonly environments: readonly AdmissionEntry[];
}

const RANKS: readonly GreenStatus[] = ['green', 'recalled', 'not_green'];

/**
 * "May this be used for training?", answered from Green proofs that are held in memory. All of them are checked when they are
 * taken in; then each question is a look into a table, tens of thousands a second.
 */
export class Admission {
  readonly #ofEnvironment = new Map<string, GreenVerdict[]>();
  /** Contents that a verdict is Green, recalled, or asked for with. */
  readonly #ofContent = new Map<Hash, Set<string>>();

  /**
   * @throws PROOF_INVALID where one of them does not verify: then none of them is believed
   */
  static ofProofs(proofs: readonly GreenProof[], trusted: TrustedKeys): Admission {
    const admission = new Admission();
    const { verify } = loadSignatureVerifier();
    const seals = new Set<string>();
    for (const [place, proof] of proofs.entries()) {
      const { steps, verdict } = verifyGreenProof(proof, trusted, { verify, seals });
      if (verdict === null) {
        const failed = steps.at(-1);
        throw new QuantumLockError('PROOF_INVALID', `proof ${place + 1}: ${failed?.step}: ${failed?.detail}`, {
          context: { place },
        });
      }
      admission.#hold(verdict);
    }
    return admission;
  }

  #hold(verdict: GreenVerdict): void {
    const { env_id: envId, green, recalled, recall, asked } = verdict;
    const held = this.#ofEnvironment.get(envId) ?? [];
    held.push(verdict);
    held.sort(byMoment);
    this.#ofEnvironment.set(envId, held);
    for (const hash of [green?.state_hash, recalled?.state_hash, recall?.state_hash, asked.state_hash]) {
      if (hash === undefined || hash === null) continue;
      const environments = this.#ofContent.get(hash) ?? new Set();
      environments.add(envId);
      this.#ofContent.set(hash, environments);
    }
  }

  /** Never throws: what is not held is `unknown`. */
  admit(question: AdmissionQuestion): AdmissionAnswer {
    const { state_hash, env_id: envId, at } = question;
    const names = envId === undefined ? (this.#ofContent.get(state_hash) ?? []) : [envId];
    const environments: AdmissionEntry[] = [];
    for (const name of names) {
      const entry = this.#entryOf(name, state_hash, at);
      if (entry !== null) environments.push(entry);
    }
    if (environments.length > 1)
      environments.sort((left, right) => RANKS.indexOf(left.status) - RANKS.indexOf(right.status));
    return { status: environments[0]?.status ?? 'unknown', state_hash, environments };
  }

  #entryOf(envId: string, stateHash: Hash, at: number | undefined): AdmissionEntry | null {
    const held = this.#ofEnvironment.get(envId) ?? [];
    const asked = { state_hash: stateHash, version: null };
    const newest = held.findLast((verdict) => at === undefined || holdsAt(verdict, at));
    if (newest === undefined) return null;
    // One that was made for this content may know of an earlier recall: it goes before another of the same block.
    const verdict =
      held.findLast((one) => one.block.hash === newest.block.hash && one.asked.state_hash === stateHash) ?? newest;
    const isOwn = verdict.asked.state_hash === stateHash;
    const { status, recall } = greenAnswer(asked, verdict, isOwn ? verdict.recall : null);
    const found = status === 'green' ? verdict.green : recall;
    return {
      env_id: envId,
      status,
      version: found?.version ?? null,
      since: recall?.recalled_at ?? (status === 'green' ? (verdict.green?.promoted_at ?? null) : null),
      by: recall?.recalled_by ?? (status === 'green' ? (verdict.green?.promoted_by ?? null) : null),
      approved_by: found?.approved_by ?? [],
      reason: recall?.reason ?? null,
      verdict: { ...verdict, status, recall, asked, at: at ?? verdict.at },
    };
  }
}

/** Whether it is proved that this was the state at a time: without the block after it, it is not. */
function holdsAt({ block, next }: GreenVerdict, at: number): boolean {
  return block.time <= at && next !== null && at < next.time;
}

function byMoment(left: GreenVerdict, right: GreenVerdict): number {
  return left.block.height - right.block.height;
}
