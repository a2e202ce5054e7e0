import type { Screen } from '../screen.ts';
import { Keys } from './keys.tsx';

export const keysScreen: Screen = {
  id: 'keys',
  title: 'Keys',
  group: 'operate',
  shortcut: 'g k',
  keywords: '',
  component: Keys,
  commands: [],
};
