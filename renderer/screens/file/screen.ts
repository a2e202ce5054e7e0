import type { Screen } from '../screen.ts';
import { File } from './file.tsx';

export const fileScreen: Screen = {
  id: 'file',
  title: 'This file',
  group: 'main',
  shortcut: 'g f',
  keywords: 'inspection trust compare genesis words confirm backup export',
  where: 'file',
  component: File,
  commands: [],
};
