import type { MenuItemConstructorOptions } from 'electron';

import type { ShownThing } from '../src/api/operator/opened.ts';
import { visibleText } from '../src/base/visible-text.ts';
import type { DesktopStatus } from '../src/node/host/surface.ts';
import type { ElectronApi } from './electron-api.ts';
import { menuText } from './menu.ts';

/** Proposals that the menu names: more of them are one entry, which opens the list. */
const NAMED_MAX = 8;
/** Characters of a title: a menu is not wider than a screen. */
const TITLE_LENGTH_MAX = 60;

export interface TrayOptions {
  readonly iconFile: string;
  readonly platform: NodeJS.Platform;
  /** Brings the console to the front, and shows something in it. */
  readonly show: (thing: ShownThing | null) => void;
}

/**
 * The icon in the system's tray: how the node is and what waits for the person, whether or not a window is seen; and the number of
 * what waits on the application's own icon, where the system shows one. Every entry of its menu shows something, but Quit.
 */
export function openTray(electron: ElectronApi, options: TrayOptions): (status: DesktopStatus | null) => void {
  const { app, Menu } = electron;
  const { iconFile, platform, show } = options;
  const tray = new electron.Tray(iconFile);
  tray.on('click', () => show(null));
  const tell = (status: DesktopStatus | null): void => {
    tray.setToolTip(`Quantum-Lock: ${stateWords(status)}`);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Quantum-Lock', click: () => show(null) },
        { type: 'separator' },
        { label: stateWords(status), click: () => show({ kind: 'overview' }) },
        ...waitingItems(status?.waiting ?? [], show),
        { type: 'separator' },
        { label: 'Quit', click: () => app.quit() },
      ]),
    );
    // Windows has no number on an icon.
    if (platform !== 'win32') app.setBadgeCount(status?.waiting.length ?? 0);
  };
  tell(null);
  return tell;
}

function stateWords(status: DesktopStatus | null): string {
  if (status === null) return 'No chain is open';
  const { state, alertCount } = status;
  const alerts = alertCount === 1 ? '1 alert' : `${alertCount} alerts`;
  switch (state) {
    case 'healthy':
      return 'Running';
    case 'attention':
      return alertCount === 0 ? 'Needs attention' : `Needs attention: ${alerts}`;
    case 'frozen':
      return alertCount === 0 ? 'The chain is frozen' : `The chain is frozen, ${alerts}`;
  }
}

function waitingItems(
  waiting: DesktopStatus['waiting'],
  show: TrayOptions['show'],
): readonly MenuItemConstructorOptions[] {
  if (waiting.length === 0) return [{ label: 'Nothing waits for your approval', enabled: false }];
  const named = waiting.slice(0, NAMED_MAX).map(({ proposal_id, title }) => ({
    label: menuText(shortened(title)),
    click: () => show({ kind: 'proposal', proposal_id }),
  }));
  return [
    { label: `Waiting for your approval: ${waiting.length}`, click: () => show({ kind: 'approvals' }) },
    ...named,
    ...(waiting.length > named.length ? [{ label: 'All of them…', click: () => show({ kind: 'approvals' }) }] : []),
  ];
}

function shortened(title: string): string {
  const text = Array.from(visibleText(title));
  return text.length > TITLE_LENGTH_MAX ? `${text.slice(0, TITLE_LENGTH_MAX).join('')}…` : text.join('');
}
