import type { Screen } from '../screen.ts';
import { Environments } from './environments.tsx';

export const environmentsScreen: Screen = {
  id: 'environments',
  title: 'Environments',
  group: 'main',
  shortcut: 'g e',
  keywords: '',
  component: Environments,
  commands: [],
};
