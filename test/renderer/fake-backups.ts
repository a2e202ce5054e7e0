import { implement, ORPCError } from '@orpc/server';

import { contract } from '../../src/api/contract.ts';
import { ERROR_ADVICE } from '../../src/base/errors.ts';

const os = implement(contract).operator;

function nothing(): never {
  throw new ORPCError('NOT_FOUND', { message: 'There is no backup.', data: { advice: ERROR_ADVICE.NOT_FOUND } });
}

/** A machine on which nobody has set up backups. */
// The type is the implemented contract's own.
// oxlint-disable-next-line typescript/explicit-module-boundary-types
export function fakeBackups() {
  return {
    backups: os.backups.handler(() => ({
      destinations: [],
      schedule: null,
      next_backup_at: null,
      next_drill_at: null,
      last_verified: null,
      last_failure: null,
    })),
    testDestination: os.testDestination.handler(nothing),
    runBackup: os.runBackup.handler(nothing),
    verifyBackup: os.verifyBackup.handler(nothing),
    restorePlan: os.restorePlan.handler(nothing),
    followRestore: os.followRestore.handler(nothing),
    drills: os.drills.handler(() => ({ drills: [] })),
    drillStatement: os.drillStatement.handler(nothing),
    runDrill: os.runDrill.handler(nothing),
  };
}
