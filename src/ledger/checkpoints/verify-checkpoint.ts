import { isoTime } from '../../base/iso-time.ts';
import { failStep, type ProofCheck, type ProofReport } from '../proofs/report.ts';
import { checkpointSteps } from './checkpoint.ts';
import { cosignedAt, type CosignatureVerifiers } from './cosignature.ts';
import { decodeNote, signaturesOf, type SignedNote } from './signed-note.ts';
import { runDecoded, type CheckpointTrust } from './run-decoded.ts';
import { isQuorum, type WitnessPolicy } from './witness-policy.ts';

/** Checks the text of a checkpoint against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyCheckpoint(text: string, trust: CheckpointTrust): ProofReport {
  return runDecoded(
    () => decodeNote(text),
    (note) => noteSteps(note, trust),
  );
}

/** The steps that a note as a checkpoint, and everything that rests on one, is checked with. */
export function noteSteps(note: SignedNote, { trusted, policy, verifiers }: CheckpointTrust): readonly ProofCheck[] {
  const { chain, checkpointKeys: keys = [] } = trusted;
  return [
    ...checkpointSteps(note, { chain, keys, verify: verifiers.ed25519 }),
    ...(policy === null ? [] : [['Witnesses', () => witnessed(note, policy, verifiers)] as const]),
  ];
}

function witnessed(note: SignedNote, policy: WitnessPolicy, verifiers: CosignatureVerifiers): string {
  const cosigned = new Map<string, number>();
  for (const { name, key } of policy.witnesses) {
    if (signaturesOf(note, key).length === 0) continue;
    const seconds = cosignedAt(note, key, verifiers);
    if (seconds === null) failStep(`the cosignature of ${name} does not verify`);
    cosigned.set(name, seconds);
  }
  if (!isQuorum(policy, new Set(cosigned.keys())))
    failStep(`${cosigned.size} of ${policy.witnesses.length} witnesses cosigned it, which are not enough`);
  const times = Array.from(cosigned, ([name, seconds]) => `${name} at ${isoTime(seconds * 1000)}`);
  return times.length === 0 ? 'the policy asks for none' : `cosigned by ${times.join(', ')}`;
}
