import type { Screen } from '../screen.ts';
import { Explorer } from './explorer.tsx';

export const explorerScreen: Screen = {
  id: 'explorer',
  title: 'Explorer',
  group: 'main',
  shortcut: 'g x',
  keywords: '',
  component: Explorer,
  commands: [],
};
