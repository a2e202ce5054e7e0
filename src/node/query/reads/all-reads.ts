import { auditReads } from './audit.ts';
import { blockReads } from './blocks.ts';
import { checkpointReads } from './checkpoints.ts';
import { contentReads } from './content.ts';
import { environmentReads } from './environments.ts';
import { eventReads } from './events.ts';
import { governanceReads } from './governance.ts';
import { greenReads } from './green.ts';
import { memberReads } from './members.ts';
import { proofReads } from './proofs.ts';
import { proposalReads } from './proposals.ts';
import { recoveryReads } from './recovery.ts';
import { transactionReads } from './transactions.ts';

/** The contract's reads that the query thread answers, all subjects together. */
export const allReads = {
  ...blockReads,
  ...transactionReads,
  ...eventReads,
  ...auditReads,
  ...environmentReads,
  ...contentReads,
  ...proofReads,
  ...checkpointReads,
  ...greenReads,
  ...memberReads,
  ...governanceReads,
  ...proposalReads,
  ...recoveryReads,
};
