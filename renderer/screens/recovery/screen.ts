import { encodeLocation } from '../../router/location.ts';
import { runVerification } from '../../stores/verification.ts';
import type { Screen } from '../screen.ts';
import { Recovery } from './recovery.tsx';

export const recoveryScreen: Screen = {
  id: 'recovery',
  title: 'Recovery',
  group: 'operate',
  shortcut: 'g r',
  keywords: 'rollback roll back undo backup restore drill integrity verify repair snapshot',
  component: Recovery,
  commands: [
    {
      id: 'recovery.rollback',
      title: 'Roll Green back…',
      keywords: 'rollback undo promotion checkpoint past',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['recovery'])),
    },
    {
      id: 'recovery.backups',
      title: 'Show the backups',
      keywords: 'backup destinations schedule restore drill',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['recovery', 'backups'])),
    },
    {
      id: 'recovery.integrity',
      title: 'Show the integrity of the chain',
      keywords: 'damage repair snapshot scrub reports',
      shortcut: 'g i',
      run: ({ router }) => router.go(encodeLocation(['recovery', 'integrity'])),
    },
    {
      id: 'recovery.inspect',
      title: 'Look at a backup or chain file…',
      keywords: 'open inspect offline export auditor read-only',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['recovery', 'inspect'])),
    },
    {
      id: 'recovery.verify',
      title: 'Verify the whole chain',
      keywords: 'integrity check hashes signatures damage',
      shortcut: null,
      run: ({ client, router, verification }) => {
        router.go(encodeLocation(['recovery', 'integrity']));
        return runVerification(client, verification);
      },
    },
  ],
};
