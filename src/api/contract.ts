import { auditProcedures } from './chain/audit.ts';
import { blockProcedures } from './chain/blocks.ts';
import { claimProcedures } from './chain/claims.ts';
import { checkpointKeyProcedures, checkpointProcedures } from './chain/checkpoints.ts';
import { contentProcedures } from './chain/content.ts';
import { environmentProcedures } from './chain/environments.ts';
import { eventProcedures, followProcedures } from './chain/events.ts';
import { greenProcedures } from './chain/green.ts';
import { governanceProcedures } from './chain/governance.ts';
import { memberProcedures } from './chain/members.ts';
import { nodeProcedures } from './chain/node.ts';
import { proofProcedures } from './chain/proofs.ts';
import { proposalProcedures } from './chain/proposals.ts';
import { recoveryProcedures } from './chain/recovery.ts';
import { submissionProcedures } from './chain/submission.ts';
import { transactionProcedures } from './chain/transactions.ts';
import { backupProcedures } from './operator/backups.ts';
import { deedProcedures } from './operator/deeds.ts';
import { directoryProcedures } from './operator/directories.ts';
import { exportProcedures } from './operator/exports.ts';
import { hostProcedures } from './operator/host.ts';
import { inspectionProcedures } from './operator/inspection.ts';
import { integrityProcedures } from './operator/integrity.ts';
import { jobProcedures } from './operator/jobs.ts';
import { keyProcedures } from './operator/keys.ts';
import { preferenceProcedures } from './operator/preferences.ts';
import { openedProcedures } from './operator/opened.ts';
import { preparedProcedures } from './operator/prepared.ts';
import { signingProcedures } from './operator/signing.ts';

/** What the thread for reads answers, at any door (src/node/query/reads). */
export const reads = {
  ...blockProcedures,
  ...transactionProcedures,
  ...eventProcedures,
  ...auditProcedures,
  ...environmentProcedures,
  ...contentProcedures,
  ...claimProcedures,
  ...proofProcedures,
  ...checkpointKeyProcedures,
  ...greenProcedures,
  ...memberProcedures,
  ...governanceProcedures,
  ...proposalProcedures,
  ...recoveryProcedures,
} as const;

/** The one contract: every door (the page's bridge, HTTP, the SDK, the command line) is made from this table. */
export const contract = {
  /** What a network client may call, under its member's permissions. */
  chain: { ...nodeProcedures, ...followProcedures, ...submissionProcedures, ...checkpointProcedures, ...reads },

  /** Local only: never served on a socket other than the console's own page on loopback. */
  operator: {
    ...hostProcedures,
    ...deedProcedures,
    ...keyProcedures,
    ...signingProcedures,
    ...directoryProcedures,
    ...integrityProcedures,
    ...jobProcedures,
    ...openedProcedures,
    ...preparedProcedures,
    ...preferenceProcedures,
    ...inspectionProcedures,
    ...backupProcedures,
    ...exportProcedures,
  },
} as const;
