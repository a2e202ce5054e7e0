import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Approvals } from './approvals.tsx';
import { WaitingBadge } from './waiting-badge.tsx';

export const approvalsScreen: Screen = {
  id: 'approvals',
  title: 'Approvals',
  group: 'main',
  shortcut: 'g p',
  keywords: 'proposals approve reject vote multisig governance waiting',
  component: Approvals,
  badge: WaitingBadge,
  commands: [
    {
      id: 'approvals.propose',
      title: 'New proposal…',
      keywords: 'propose governance change',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'propose' })),
    },
    {
      id: 'approvals.freeze',
      title: 'Freeze the chain…',
      keywords: 'emergency stop brake halt',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'freeze' })),
    },
    {
      id: 'approvals.unfreeze',
      title: 'Propose to unfreeze the chain…',
      keywords: 'emergency resume thaw',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'unfreeze' })),
    },
    {
      id: 'approvals.clock',
      title: 'Propose to set the chain’s clock back…',
      keywords: 'reset time ahead era',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'clock' })),
    },
    {
      id: 'approvals.parameter',
      title: 'Propose a parameter…',
      keywords: 'set setting window lifetime',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'parameter' })),
    },
    {
      id: 'approvals.import',
      title: 'Import an approval…',
      keywords: 'import offline signature qr camera file',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['approvals'], { do: 'import' })),
    },
  ],
};
