import { Procedure } from '@orpc/server';
import { reads } from '../../api/contract.ts';
import type { ChainEvent } from '../../api/chain/node.ts';
import type { FollowedEvent } from '../../api/chain/events.ts';
import { encodeBase64 } from '../../base/base64.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import { backedUp, oneMachine } from '../query/posture.ts';
import type { Host } from './host.ts';
import { procedures, type HostContext } from './procedures.ts';

const os = procedures.chain;

/** The chain's procedures: the thread for reads answers its own, transactions go to the validator. */
export const chainRouter = {
  ...mountedReads(),
  status: os.status.handler(({ context }) => context.host.node.status()),
  events: os.events.handler(async function* ({ context, signal }): AsyncGenerator<ChainEvent, void, undefined> {
    yield* context.host.node.events.subscribe(signal);
  }),
  follow: os.follow.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<FollowedEvent, void, undefined> {
    yield* context.host.node.feed.follow(input, signal);
  }),
  metrics: os.metrics.handler(({ context, input }) => context.host.node.metrics(input.minutes)),
  submit: os.submit.handler(async ({ context: { host }, input }) => {
    const result = await host.node.submit(encodeUtf8(input.transaction));
    if (result.outcome !== 'committed' || input.with_receipt === undefined) return result;
    const receipt = await host.node.checkpoints.ownReceipt(result.receipt.id);
    return { ...result, cose_receipt: receipt === null ? null : encodeBase64(receipt) };
  }),
  checkpoint: os.checkpoint.handler(async ({ context: { host }, input }) => {
    const { note, size, signedAt } = await host.node.checkpoints.checkpoint(input.which);
    return { note, size, signed_at: signedAt };
  }),
  tlogProof: os.tlogProof.handler(async ({ context: { host }, input }) => ({
    text: await host.node.checkpoints.tlogProof(input),
  })),
  coseReceipt: os.coseReceipt.handler(async ({ context: { host }, input }) => ({
    cose: encodeBase64(await host.node.checkpoints.coseReceipt(input.id)),
  })),
  simulate: os.simulate.handler(({ context, input }) => context.host.node.simulate(encodeUtf8(input.unsigned))),
  posture: os.posture.handler(async ({ context: { host } }) => {
    const posture = await host.node.query.posture();
    const backups = backedUp(host.node.backups.read(), host.options.now());
    return { ...posture, checks: [...posture.checks, oneMachine(await decidersHere(host)), backups] };
  }),
};

type Reads = typeof reads;
type MountedReads = { readonly [Name in keyof Reads]: ReturnType<(typeof os)[Name]['handler']> };
type Call = (input: unknown, options: { readonly signal?: AbortSignal }) => Promise<unknown>;

interface Forwarded {
  readonly context: HostContext;
  readonly input: unknown;
  readonly signal?: AbortSignal;
}

/** What the thread answers: it holds the input and the answer against the contract itself, so that nothing is looked at twice. */
function mountedReads(): MountedReads {
  const mounted = (Object.keys(reads) as (keyof Reads)[]).map((name) => {
    const forward = ({ context: { host }, input, signal }: Forwarded): Promise<unknown> =>
      (host.node.query[name] as Call)(input, signal === undefined ? {} : { signal });
    const implemented = os[name].handler(forward as never);
    const { inputSchema: _input, outputSchema: _output, ...rest } = implemented['~orpc'];
    return [name, new Procedure(rest as never)];
  });
  return Object.fromEntries(mounted) as MountedReads;
}

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
