import { procedures as os } from '../procedures.ts';

export const greenReads = {
  greenList: os.greenList.handler(({ context, input }) => context.read(({ green }) => green.greenList(input))),
  greenProof: os.greenProof.handler(({ context, input }) => context.fresh(({ green }) => green.greenProof(input))),
  greenHolders: os.greenHolders.handler(({ context, input }) => context.read(({ green }) => green.greenHolders(input))),
};
