import type { EnvironmentView } from '../../api/chain/environments.ts';
import { trustedKeys } from '../../api/trusted-keys.ts';
import { assert } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { verifyStateProof } from '../../ledger/proofs/state-proof.ts';
import type { Inspection } from '../../node/inspection/open-inspection.ts';
import type { MomentArgument } from '../commands/arguments.ts';
import type { CommandContext } from '../context.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields, time } from '../output.ts';
import type { ContractClient } from '../session.ts';

export interface GreenQuestion {
  readonly environment: string;
  readonly at?: MomentArgument;
  /** A new file for the proof. */
  readonly proof?: string;
}

/**
 * What was Green of an environment at a moment, from the state that the block of that moment names. The proof is made and
 * checked whether or not it is asked for: what is told is what it shows.
 * @throws NOT_FOUND where the file holds no such moment, INPUT_INVALID where the file for the proof is there
 */
export async function tellGreen(
  { output }: CommandContext,
  client: ContractClient,
  inspection: Inspection,
  { environment: envId, at, proof: proofPath }: GreenQuestion,
): Promise<void> {
  const moment = at === undefined ? {} : { at };
  const proof = await client.chain.stateProof({ namespace: 'environments', key: envId, ...moment });
  const { validators } = await client.chain.validators();
  const report = verifyStateProof(proof, trustedKeys(inspection.chain, validators));
  const failed = report.steps.find(({ ok }) => !ok);
  if (failed !== undefined) throw new QuantumLockError('PROOF_INVALID', `${failed.step}: ${failed.detail}`);
  const { index, timestamp } = proof.sealed.header;
  const record = await recordOf(client, envId, { height: index });
  assert((record === null) === (proof.value === null), 'the state and its proof say the same');
  if (proofPath !== undefined) writeNewFile(proofPath, `${JSON.stringify(proof)}\n`);
  const green = record?.green ?? null;
  const document = {
    file: inspection.view().path,
    chain: inspection.chain,
    environment: envId,
    known: record !== null,
    green:
      green === null
        ? null
        : {
            version: green.version,
            state_hash: green.state_hash,
            promoted_at: green.promoted_at,
            promoted_by: green.promoted_by,
            approved_by: green.approved_by,
          },
    /** What was taken back of it by then, newest: it is not Green since. */
    recalled: record?.recalled ?? null,
    at: { height: index, time: timestamp, hash: proof.sealed.hash },
    proof: proofPath ?? null,
    trust: inspection.view().trust,
  };
  output.result(document, () => [
    ...fields([
      ['environment', envId],
      ['at', `block ${index} of ${time(timestamp)}`],
      ['Green', green === null ? notGreen(record) : `version ${green.version}`],
      ...(green === null
        ? []
        : ([
            ['state hash', green.state_hash],
            ['Green since', time(green.promoted_at)],
            ['promoted by', green.promoted_by],
          ] as const)),
      ['proof', proofPath ?? 'made and checked; --proof FILE keeps it'],
    ]),
    ...inspection.view().trust.rests_on,
  ]);
}

function notGreen(record: EnvironmentView | null): string {
  if (record === null) return 'nothing: there was no such environment';
  const { recalled } = record;
  if (recalled === null) return 'nothing: it was not promoted';
  return `nothing: version ${recalled.version} was recalled at ${time(recalled.recalled_at)}: ${recalled.reason}`;
}

async function recordOf(
  client: ContractClient,
  envId: string,
  at: { readonly height: number },
): Promise<EnvironmentView | null> {
  try {
    return await client.chain.environment({ env_id: envId, at });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
