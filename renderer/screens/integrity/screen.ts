import { encodeLocation } from '../../router/location.ts';
import { runVerification } from '../../stores/verification.ts';
import type { Screen } from '../screen.ts';
import { Integrity } from './integrity.tsx';

export const integrityScreen: Screen = {
  id: 'integrity',
  title: 'Integrity',
  group: 'operate',
  shortcut: 'g i',
  keywords: 'verify check damage tamper',
  component: Integrity,
  commands: [
    {
      id: 'integrity.verify',
      title: 'Verify the whole chain',
      keywords: 'integrity check hashes signatures damage',
      shortcut: null,
      run: ({ client, router, verification }) => {
        router.go(encodeLocation(['integrity']));
        return runVerification(client, verification);
      },
    },
    {
      id: 'integrity.inspect',
      title: 'Look at a backup or chain file…',
      keywords: 'open inspect offline export auditor read-only',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['integrity'], { do: 'inspect' })),
    },
  ],
};
