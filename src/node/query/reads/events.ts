import { blockEventsOf } from '../block-events.ts';
import { procedures as os } from '../procedures.ts';

export const eventReads = {
  blockEvents: os.blockEvents.handler(({ context, input }) => context.read((queries) => blockEventsOf(queries, input))),
};
