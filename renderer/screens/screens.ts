import { approvalsScreen } from './approvals/screen.ts';
import { auditScreen } from './audit/screen.ts';
import { environmentsScreen } from './environments/screen.ts';
import { explorerScreen } from './explorer/screen.ts';
import { fileScreen } from './file/screen.ts';
import { keysScreen } from './keys/screen.ts';
import { membersScreen } from './members/screen.ts';
import { overviewScreen } from './overview/screen.ts';
import { recoveryScreen } from './recovery/screen.ts';
import type { Screen } from './screen.ts';
import { validatorsScreen } from './validators/screen.ts';

/** The navigation, from top to bottom. */
export const screens: readonly Screen[] = [
  fileScreen,
  overviewScreen,
  environmentsScreen,
  approvalsScreen,
  auditScreen,
  explorerScreen,
  validatorsScreen,
  recoveryScreen,
  membersScreen,
  keysScreen,
];
