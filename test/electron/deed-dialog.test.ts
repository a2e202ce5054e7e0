import { describe, expect, test } from 'vitest';

import { deedDialog } from '../../electron/deed-dialog.ts';
import type { Dialog, Window } from '../../electron/electron-api.ts';
import type { HostDeed } from '../../src/node/host/host-deeds.ts';

const DEED: HostDeed = {
  deed_id: 'deed-1',
  kind: 'grant_folder',
  sentence: "Lets the console's page list and read everything in /home/ada/\u202eenvs, until the console ends.",
  warnings: ['Your home folder is in it.'],
  asks: [],
  expires_at: 0,
};

const NEVER = new AbortController().signal;

type Shown = Parameters<Dialog['showMessageBox']>[1];

function bench(answers: readonly number[], isDestroyed = false) {
  const shown: Shown[] = [];
  const rest = [...answers];
  const dialog: Pick<Dialog, 'showMessageBox'> = {
    showMessageBox: async (_, options) => {
      shown.push(options);
      return { response: rest.shift() ?? 0 };
    },
  };
  const window = { isDestroyed: () => isDestroyed } as unknown as Window;
  return { shown, confirm: deedDialog(dialog as Dialog, () => window) };
}

describe('the dialog about this machine', () => {
  test('shows what is asked, with nothing hidden, and does nothing by default', async () => {
    const { shown, confirm } = bench([0, 1]);
    expect(await confirm(DEED, NEVER)).toEqual({ approved: false });
    expect(await confirm({ ...DEED, kind: 'open_chain', warnings: [] }, NEVER)).toEqual({ approved: true });
    expect(shown[0]).toMatchObject({
      type: 'warning',
      buttons: ['Cancel', 'Allow reading'],
      defaultId: 0,
      cancelId: 0,
      detail: 'Your home folder is in it.',
    });
    expect(shown[0]?.message).toContain('\\u{202e}envs');
    expect(shown[1]).toMatchObject({ type: 'question', buttons: ['Cancel', 'Open'] });
  });

  test('is refused while another is open, and without a window', async () => {
    const { confirm, shown } = bench([1, 1]);
    const [first, second] = await Promise.all([confirm(DEED, NEVER), confirm(DEED, NEVER)]);
    expect([first, second]).toEqual([{ approved: true }, { approved: false }]);
    expect(shown).toHaveLength(1);
    expect(await bench([1], true).confirm(DEED, NEVER)).toEqual({ approved: false });
  });
});
