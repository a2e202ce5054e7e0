import { CHECK_PLACE } from '../../check/hand-files.ts';
import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Explorer } from './explorer.tsx';

export const explorerScreen: Screen = {
  id: 'explorer',
  title: 'Explorer',
  group: 'main',
  shortcut: 'g x',
  keywords: 'block transaction state proof hash',
  component: Explorer,
  commands: [
    {
      id: 'explorer.checkpoints',
      title: 'Checkpoints of the log, and who has witnessed them',
      keywords: 'witness cosign tlog note key',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['explorer', 'checkpoints'])),
    },
    {
      id: 'explorer.check',
      title: 'Check a proof, a receipt or an export',
      keywords: 'verify document file audit green drop',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(CHECK_PLACE)),
    },
    {
      id: 'explorer.state',
      title: 'Look up a value of the state, at any time',
      keywords: 'explorer history key namespace',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['explorer', 'state', 'environments'])),
    },
  ],
};
