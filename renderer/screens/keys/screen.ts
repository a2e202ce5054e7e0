import { encodeLocation } from '../../router/location.ts';
import { lockSigning } from '../../stores/acting.ts';
import type { Screen } from '../screen.ts';
import { Keys } from './keys.tsx';

export const keysScreen: Screen = {
  id: 'keys',
  title: 'Keys',
  group: 'operate',
  shortcut: 'g k',
  keywords: 'identity keychain sign fingerprint',
  where: 'node',
  component: Keys,
  commands: [
    {
      id: 'keys.create',
      title: 'Create a key…',
      keywords: 'new identity generate',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['keys'], { do: 'create' })),
    },
    {
      id: 'keys.import',
      title: 'Import a key…',
      keywords: 'restore export file identity',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['keys'], { do: 'import' })),
    },
    {
      id: 'keys.lock',
      title: 'Lock the signing session',
      keywords: 'keys passphrase',
      shortcut: null,
      run: lockSigning,
    },
  ],
};
