import type { Screen } from '../screen.ts';
import { Overview } from './overview.tsx';

export const overviewScreen: Screen = {
  id: 'overview',
  title: 'Overview',
  group: 'main',
  shortcut: 'g o',
  keywords: 'status home health blocks throughput finality',
  where: 'node',
  component: Overview,
  commands: [],
};
