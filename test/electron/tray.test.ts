import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';

import type { Hash } from '../../src/base/bytes.ts';
import type { DesktopStatus } from '../../src/node/host/surface.ts';
import type { FakeTray } from './fake-electron.ts';
import { startedConsole, type StartedConsole } from './started-console.ts';

const healthy: DesktopStatus = { state: 'healthy', alertCount: 0, waiting: [] };
const proposal = (index: number, title = `Proposal ${index}`): DesktopStatus['waiting'][number] => ({
  proposal_id: `0x${String(index).padStart(64, '0')}` as Hash,
  title,
});
const proposals = (count: number): DesktopStatus['waiting'] => Array.from({ length: count }, (_, i) => proposal(i));

async function started(
  options: Parameters<typeof startedConsole>[0] = {},
): Promise<StartedConsole & { tray: FakeTray }> {
  const consoleStarted = await startedConsole(options);
  const [tray] = consoleStarted.electron.trays;
  if (tray === undefined) throw new Error('there is no tray');
  return { ...consoleStarted, tray };
}

const labels = ({ menu }: FakeTray): readonly unknown[] =>
  menu.map(({ type, label }) => (type === 'separator' ? '-' : label));

function press({ menu }: FakeTray, label: string): void {
  const item: MenuItemConstructorOptions | undefined = menu.find((one) => one.label === label);
  if (item?.click === undefined) throw new Error(`nothing happens at ${label}`);
  (item.click as () => void)();
}

describe('the tray', () => {
  test.each<[DesktopStatus | null, string]>([
    [null, 'No chain is open'],
    [healthy, 'Running'],
    [{ ...healthy, state: 'attention' }, 'Needs attention'],
    [{ ...healthy, state: 'attention', alertCount: 1 }, 'Needs attention: 1 alert'],
    [{ ...healthy, state: 'frozen' }, 'The chain is frozen'],
    [{ ...healthy, state: 'frozen', alertCount: 2 }, 'The chain is frozen, 2 alerts'],
  ])('says of %j: %s', async (status, words) => {
    const { tray, surface } = await started();
    surface.showStatus(healthy);
    surface.showStatus(status);
    expect(tray.toolTip).toBe(`Quantum-Lock: ${words}`);
    expect(labels(tray)).toEqual(['Open Quantum-Lock', '-', words, 'Nothing waits for your approval', '-', 'Quit']);
  });

  test('counts and names what waits, and opens it', async () => {
    const { electron, host, tray, surface } = await started();
    expect(electron.app.badge).toBe(0);
    surface.showStatus({ ...healthy, waiting: proposals(2) });
    expect(electron.app.badge).toBe(2);
    expect(labels(tray).slice(3, 6)).toEqual(['Waiting for your approval: 2', 'Proposal 0', 'Proposal 1']);
    press(tray, 'Proposal 1');
    press(tray, 'Waiting for your approval: 2');
    press(tray, 'Running');
    await Promise.resolve();
    expect(host.shown).toEqual([
      { kind: 'proposal', proposal_id: proposal(1).proposal_id },
      { kind: 'approvals' },
      { kind: 'overview' },
    ]);
    surface.showStatus(null);
    expect(electron.app.badge).toBe(0);
  });

  test('names some of many, and shortens titles that members wrote', async () => {
    const { tray, surface } = await started();
    surface.showStatus({ ...healthy, waiting: [proposal(0, `R&D \u202e${'x'.repeat(100)}`), ...proposals(20)] });
    const shown = labels(tray).slice(3, -2);
    expect(shown).toHaveLength(10);
    expect(shown[0]).toBe('Waiting for your approval: 21');
    expect(shown[1]).toMatch(/^R&&D \\u\{202e\}x{48}…$/);
    expect(shown.at(-1)).toBe('All of them…');
  });

  test('brings the window to the front, and quits as the menu does', async () => {
    const { electron, host, tray } = await started();
    tray.send('click');
    press(tray, 'Open Quantum-Lock');
    expect(electron.window.calls).toEqual(['focus', 'focus']);
    expect(host.shown).toEqual([]);
    press(tray, 'Quit');
    expect(await electron.app.exited).toBe(0);
    expect(host.closeCount).toBe(1);
  });

  test('puts no number on an icon where there is none', async () => {
    const { electron, surface } = await started({ platform: 'win32' });
    surface.showStatus({ ...healthy, waiting: proposals(1) });
    expect(electron.app.badge).toBeNull();
  });

  test('needs no window', async () => {
    const { electron, tray, surface } = await started();
    electron.window.send('closed');
    surface.showStatus(healthy);
    tray.send('click');
    expect(tray.toolTip).toBe('Quantum-Lock: Running');
  });
});
