import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Audit } from './audit.tsx';

export const auditScreen: Screen = {
  id: 'audit',
  title: 'Audit log',
  group: 'main',
  shortcut: 'g a',
  keywords: 'transactions history filter',
  component: Audit,
  commands: [
    {
      id: 'audit.export',
      title: 'Export the audit log…',
      keywords: 'report pdf csv json cef download auditor',
      shortcut: null,
      where: 'node',
      run: ({ router }) => router.go(encodeLocation(['audit'], { do: 'export' })),
    },
    {
      id: 'audit.promotions',
      title: 'Show every promotion',
      keywords: 'audit green promote history',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['audit'], { action: 'promote_environment' })),
    },
  ],
};
