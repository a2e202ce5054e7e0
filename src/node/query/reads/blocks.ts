import { procedures as os } from '../procedures.ts';

export const blockReads = {
  blocks: os.blocks.handler(({ context, input }) => context.read(({ blocks }) => blocks.blocks(input))),
  block: os.block.handler(({ context, input }) => context.read(({ blocks }) => blocks.block(input))),
};
