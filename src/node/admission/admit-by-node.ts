import type { GreenHolders } from '../../api/chain/green.ts';
import type { Hash } from '../../base/bytes.ts';
import type { GreenProof } from '../../ledger/proofs/green-proof.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { Admission, type AdmissionAnswer } from './admission.ts';

export type AdmissionMoment = { readonly height: number } | { readonly time: number };

/** The two reads of the contract that it is answered with. */
export interface AdmissionSource {
  readonly greenHolders: (input: { state_hash: Hash; at?: AdmissionMoment }) => Promise<GreenHolders>;
  readonly greenProof: (input: { env_id: string; at?: AdmissionMoment; state_hash: Hash }) => Promise<GreenProof>;
}

export interface NodeAnswer extends Omit<AdmissionAnswer, 'status'> {
  readonly status: Exclude<AdmissionAnswer['status'], 'unknown'>;
  /** The proofs that were made and checked for it, in no order: as a bundle they say the same elsewhere. */
  readonly proofs: readonly GreenProof[];
  /** The block whose state was looked through, where no environment was named. */
  readonly looked: Pick<GreenHolders, 'height' | 'time'> | null;
}

/** Environments of one content that are asked for a proof: those that decide come first. */
const ASKED_MAX = 64;

/**
 * The same question to a node, which makes the proofs. Without the name of an environment, the node looks for those that have the
 * content in the state; what it finds is proved, and that it found all of them is the node's word, which checks each page of
 * the state.
 * @throws NOT_FOUND before genesis, PROOF_PENDING, PROOF_INVALID
 */
export async function admitByNode(
  source: AdmissionSource,
  trusted: TrustedKeys,
  {
    state_hash,
    env_id,
    at,
  }: { readonly state_hash: Hash; readonly env_id?: string | undefined; readonly at?: AdmissionMoment | undefined },
): Promise<NodeAnswer> {
  const found = env_id === undefined ? await source.greenHolders({ state_hash, ...momentOf(at) }) : null;
  // Of one block: what is committed in between does not count.
  const moment = at ?? (found === null ? undefined : { height: found.height });
  const names = env_id === undefined ? (found?.holders ?? []).map((holder) => holder.env_id) : [env_id];
  const proofs = await Promise.all(
    names.slice(0, ASKED_MAX).map((name) => source.greenProof({ env_id: name, state_hash, ...momentOf(moment) })),
  );
  const { status, environments } = Admission.ofProofs(proofs, trusted).admit({ state_hash, env_id });
  return {
    status: status === 'unknown' ? 'not_green' : status,
    state_hash,
    environments,
    proofs,
    looked: found === null ? null : { height: found.height, time: found.time },
  };
}

function momentOf(at: AdmissionMoment | undefined): { at?: AdmissionMoment } {
  return at === undefined ? {} : { at };
}
