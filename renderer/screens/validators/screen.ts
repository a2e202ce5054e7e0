import { encodeLocation } from '../../router/location.ts';
import type { Screen } from '../screen.ts';
import { Validators } from './validators.tsx';

export const validatorsScreen: Screen = {
  id: 'validators',
  title: 'Validators',
  group: 'operate',
  shortcut: 'g v',
  keywords: 'authority seal rotate node',
  component: Validators,
  commands: [
    {
      id: 'validators.add',
      title: 'Add a validator…',
      keywords: 'new authority node propose',
      where: 'node',
      shortcut: null,
      run: ({ router }) => router.go(encodeLocation(['validators'], { do: 'add' })),
    },
    {
      id: 'validators.rotate',
      title: 'Rotate this node’s validator key…',
      keywords: 'replace new key authority seal',
      where: 'node',
      shortcut: null,
      run: async ({ client, router }) => {
        const { validators } = await client.chain.validators();
        const here = validators.find(({ is_here }) => is_here);
        router.go(
          here === undefined
            ? encodeLocation(['validators'])
            : encodeLocation(['validators', here.validator_id], { do: 'rotate' }),
        );
      },
    },
  ],
};
