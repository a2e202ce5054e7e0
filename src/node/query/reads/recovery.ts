import { procedures as os } from '../procedures.ts';
import { recoveryTimeline } from '../recovery-timeline.ts';
import { rollbackPreview } from '../rollback-preview.ts';

export const recoveryReads = {
  rollbackPreview: os.rollbackPreview.handler(({ context: reading, input }) =>
    reading.fresh(({ context, governance }) => rollbackPreview(context, governance, input)),
  ),
  recoveryTimeline: os.recoveryTimeline.handler(({ context: reading, input }) =>
    reading.fresh(({ context }) => recoveryTimeline(context, input)),
  ),
};
