import { encodeUtf8 } from '../../base/bytes.ts';
import type { ChainEvent } from '../../api/chain/node.ts';
import { oneMachine } from '../query/posture.ts';
import type { Host } from './host.ts';
import { procedures } from './procedures.ts';

const os = procedures.chain;

/** The chain's procedures: reads go to the query thread, transactions to the validator. */
export const chainRouter = {
  status: os.status.handler(({ context }) => context.host.node.status()),
  events: os.events.handler(async function* ({ context, signal }): AsyncGenerator<ChainEvent, void, undefined> {
    yield* context.host.node.events.subscribe(signal);
  }),
  metrics: os.metrics.handler(({ context, input }) => context.host.node.metrics(input.minutes)),
  blocks: os.blocks.handler(({ context, input }) => context.host.node.query.blocks(input)),
  block: os.block.handler(({ context, input }) => context.host.node.query.block(input)),
  transaction: os.transaction.handler(({ context, input }) => context.host.node.query.transaction(input.id)),
  submit: os.submit.handler(({ context, input }) => context.host.node.submit(encodeUtf8(input.transaction))),
  simulate: os.simulate.handler(({ context, input }) => context.host.node.simulate(encodeUtf8(input.unsigned))),
  audit: os.audit.handler(({ context, input }) => context.host.node.query.audit(input)),
  auditCount: os.auditCount.handler(({ context, input }) => context.host.node.query.auditCount(input.filter)),
  search: os.search.handler(async ({ context, input }) => ({
    results: await context.host.node.query.search(input.text),
  })),

  environments: os.environments.handler(({ context, input }) => context.host.node.query.environments(input)),
  environment: os.environment.handler(({ context, input }) => context.host.node.query.environment(input)),
  lineage: os.lineage.handler(({ context, input }) => context.host.node.query.lineage(input.env_id)),
  content: os.content.handler(({ context, input }) => context.host.node.query.content(input.state_hash)),
  files: os.files.handler(({ context, input }) => context.host.node.query.files(input.state_hash)),
  file: os.file.handler(({ context, input }) => context.host.node.query.file(input)),
  difference: os.difference.handler(({ context, input }) => context.host.node.query.difference(input)),
  fileDifference: os.fileDifference.handler(({ context, input }) => context.host.node.query.fileDifference(input)),

  state: os.state.handler(({ context, input }) => context.host.node.query.state(input)),
  stateKeys: os.stateKeys.handler(({ context, input }) => context.host.node.query.stateKeys(input)),
  transactionProof: os.transactionProof.handler(({ context, input }) =>
    context.host.node.query.transactionProof(input.id),
  ),
  stateProof: os.stateProof.handler(({ context, input }) => context.host.node.query.stateProof(input)),

  members: os.members.handler(async ({ context }) => ({ members: await context.host.node.query.members() })),
  validators: os.validators.handler(async ({ context: { host } }) => ({
    validators: await host.node.query.validators(host.node.validatorId),
  })),
  policies: os.policies.handler(async ({ context }) => ({ policies: await context.host.node.query.policies() })),
  authority: os.authority.handler(({ context, input }) => context.host.node.query.authority(input)),
  posture: os.posture.handler(async ({ context: { host } }) => {
    const posture = await host.node.query.posture(host.options.now());
    return { ...posture, checks: [...posture.checks, oneMachine(await decidersHere(host))] };
  }),
  proposals: os.proposals.handler(({ context: { host }, input }) =>
    host.node.query.proposals({ ...input, now: host.options.now() }),
  ),
  proposal: os.proposal.handler(({ context: { host }, input }) =>
    host.node.query.proposal(input.proposal_id, host.options.now()),
  ),
  proposalFile: os.proposalFile.handler(({ context: { host }, input }) =>
    host.node.query.proposalFile(input.proposal_id, host.options.now()),
  ),
  draft: os.draft.handler(({ context, input }) => context.host.node.query.draft(input)),
};

/** Active administrators whose keys this machine holds, each once. */
async function decidersHere(host: Host): Promise<readonly string[]> {
  const members = await Promise.all(
    (await host.keyring.list()).map(({ public_key }) => host.node.query.memberOfKey(public_key)),
  );
  return [
    ...new Set(
      members.flatMap((member) =>
        member?.status === 'active' && member.level === 'administrator' ? [member.name] : [],
      ),
    ),
  ];
}
