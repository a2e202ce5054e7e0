import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Members } from './members.tsx';

export const membersScreen: Screen = {
  id: 'members',
  title: 'Members & access',
  group: 'operate',
  shortcut: 'g m',
  keywords: 'people administrators levels permissions policies posture',
  component: Members,
  commands: [
    {
      id: 'members.add',
      title: 'Add a member…',
      keywords: 'new person key card propose',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['members'], { do: 'add' })),
    },
    {
      id: 'members.policies',
      title: 'Show the policies',
      keywords: 'threshold approvals multisig access',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['members', 'policies'])),
    },
    {
      id: 'members.protect',
      title: 'Protect an environment…',
      keywords: 'policy approvals promote branch',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['members', 'policies'], { do: 'protect' })),
    },
    {
      id: 'members.who',
      title: 'Who could do what, and how many must agree?',
      keywords: 'simulate authority access policy',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['members', 'who'])),
    },
    {
      id: 'members.posture',
      title: 'Show the posture: how safe the set-up is',
      keywords: 'security checks advice',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['members', 'posture'])),
    },
  ],
};
