import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Environments } from './environments.tsx';

export const environmentsScreen: Screen = {
  id: 'environments',
  title: 'Environments',
  group: 'main',
  shortcut: 'g e',
  keywords: 'blue green versions promote',
  component: Environments,
  commands: [
    {
      id: 'environments.register',
      title: 'Register an environment…',
      keywords: 'new create add directory',
      where: 'node',
      shortcut: 'n',
      run: ({ router }) => router.go(encodeLocation(['environments'], { do: 'register' })),
    },
  ],
};
