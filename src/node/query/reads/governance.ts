import { procedures as os } from '../procedures.ts';

export const governanceReads = {
  policies: os.policies.handler(({ context }) => ({
    policies: context.read(({ governance }) => governance.policies()),
  })),
  authority: os.authority.handler(({ context, input }) =>
    context.read(({ governance }) => governance.authority(input)),
  ),
  /** What the chain shows of it; the host adds what it knows of this machine. */
  posture: os.posture.handler(({ context }) => context.fresh(({ governance }) => governance.posture(context.now))),
};
