import type { Screen } from '../screen.ts';
import { Audit } from './audit.tsx';

export const auditScreen: Screen = {
  id: 'audit',
  title: 'Audit log',
  group: 'main',
  shortcut: 'g a',
  keywords: '',
  component: Audit,
  commands: [],
};
