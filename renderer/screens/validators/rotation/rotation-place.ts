import {
  isHash,
  isPublicKey,
  isSignature,
  type Hash,
  type PublicKey,
  type Signature,
} from '../../../../src/base/bytes.ts';
import { encodeLocation, type Location } from '../../../router/location.ts';

/** The steps of a rotation, in order. */
export const ROTATION_STEPS = [
  { id: 'key', title: 'New key' },
  { id: 'prove', title: 'Prove possession' },
  { id: 'propose', title: 'Propose' },
  { id: 'approvals', title: 'Approvals' },
  { id: 'done', title: 'Done' },
] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number]['id'];

/** Where a rotation stands: all of it is in the address, so that it can be left and taken up again. */
export interface RotationPlace {
  /** Null where the address does not say: the beginning, or the step where the person left it. */
  readonly step: RotationStep | null;
  readonly newKey: PublicKey | null;
  readonly proof: Signature | null;
  readonly proposal: Hash | null;
}

export function decodeRotationPlace({ query }: Location): RotationPlace {
  const step = query.get('step');
  const newKey = query.get('new');
  const proof = query.get('proof');
  const proposal = query.get('proposal');
  return {
    step: ROTATION_STEPS.find(({ id }) => id === step)?.id ?? null,
    newKey: isPublicKey(newKey) ? newKey : null,
    proof: isSignature(proof) ? proof : null,
    proposal: isHash(proposal) ? proposal : null,
  };
}

export function encodeRotationPlace(
  validatorId: string,
  { step, newKey, proof, proposal }: Partial<RotationPlace>,
): string {
  return encodeLocation(['validators', validatorId], { do: 'rotate', step, new: newKey, proof, proposal });
}
