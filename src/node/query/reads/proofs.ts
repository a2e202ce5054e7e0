import { procedures as os } from '../procedures.ts';

export const proofReads = {
  state: os.state.handler(({ context, input }) => context.read(({ state }) => state.state(input))),
  stateKeys: os.stateKeys.handler(({ context, input }) => context.read(({ state }) => state.stateKeys(input))),
  transactionProof: os.transactionProof.handler(({ context, input }) =>
    context.read(({ state }) => state.transactionProof(input.id)),
  ),
  stateProof: os.stateProof.handler(({ context, input }) => context.read(({ state }) => state.stateProof(input))),
};
