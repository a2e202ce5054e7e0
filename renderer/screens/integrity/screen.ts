import type { Screen } from '../screen.ts';
import { Integrity } from './integrity.tsx';

export const integrityScreen: Screen = {
  id: 'integrity',
  title: 'Integrity',
  group: 'operate',
  shortcut: 'g i',
  keywords: '',
  component: Integrity,
  commands: [],
};
