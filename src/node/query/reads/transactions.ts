import { procedures as os } from '../procedures.ts';

export const transactionReads = {
  transaction: os.transaction.handler(({ context, input }) =>
    context.read(({ blocks }) => blocks.transaction(input.id)),
  ),
};
