import type { MenuItemConstructorOptions } from 'electron';

import { visibleText } from '../src/base/visible-text.ts';
import type { App } from './electron-api.ts';

export interface MenuOptions {
  readonly updateItems: readonly MenuItemConstructorOptions[];
  readonly allowDevTools: boolean;
  readonly platform: NodeJS.Platform;
  /** Lets the person choose a file to look at. */
  readonly lookAtFile: () => void;
  /** Data directories that were open, newest first; the first is open now. */
  readonly recent: readonly string[];
  readonly openDirectory: (path: string) => void;
  readonly clearRecent: () => void;
  /** Null where the system has no such setting, or a checkout would be opened. */
  readonly openAtLogin: { readonly isOn: boolean; readonly set: (isOn: boolean) => void } | null;
}

/** What an operating system expects of any window. The console's own commands are in its palette. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { platform, openAtLogin } = options;
  const developer: MenuItemConstructorOptions[] = options.allowDevTools
    ? [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }]
    : [];
  const application: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const login: MenuItemConstructorOptions[] =
    openAtLogin === null
      ? []
      : [
          {
            label: 'Open at Login',
            type: 'checkbox',
            checked: openAtLogin.isOn,
            click: ({ checked }) => openAtLogin.set(checked),
          },
          { type: 'separator' },
        ];
  return [
    ...application,
    {
      role: 'fileMenu',
      submenu: [
        { label: 'Look at a File…', accelerator: 'CmdOrCtrl+O', click: options.lookAtFile },
        { label: 'Open Recent Data Directory', submenu: recentItems(options) },
        { type: 'separator' },
        ...login,
        { role: platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...developer,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [...options.updateItems] },
  ];
}

function recentItems({ recent, openDirectory, clearRecent }: MenuOptions): MenuItemConstructorOptions[] {
  if (recent.length === 0) return [{ label: 'None', enabled: false }];
  return [
    ...recent.map((path) => ({ label: menuText(path), click: () => openDirectory(path) })),
    { type: 'separator' },
    { label: 'Clear List', click: clearRecent },
  ];
}

/** Of the application as the system starts it: with the default data directory. */
export function loginSetting(app: App): MenuOptions['openAtLogin'] {
  return {
    isOn: app.getLoginItemSettings().openAtLogin,
    set: (isOn) => app.setLoginItemSettings({ openAtLogin: isOn }),
  };
}

/** What others named, on one line, and nothing of it taken for a shortcut. */
export function menuText(text: string): string {
  return visibleText(text).replaceAll('&', '&&');
}
