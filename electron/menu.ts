import type { MenuItemConstructorOptions } from 'electron';

/** What an operating system expects of any window. The console's own commands are in its palette. */
export function menuTemplate(options: {
  readonly allowDevTools: boolean;
  readonly platform: NodeJS.Platform;
  /** Lets the person choose a file to look at. */
  readonly lookAtFile: () => void;
}): MenuItemConstructorOptions[] {
  const developer: MenuItemConstructorOptions[] = options.allowDevTools
    ? [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }]
    : [];
  const application: MenuItemConstructorOptions[] = options.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  return [
    ...application,
    {
      role: 'fileMenu',
      submenu: [
        { label: 'Look at a File…', accelerator: 'CmdOrCtrl+O', click: options.lookAtFile },
        { type: 'separator' },
        { role: options.platform === 'darwin' ? 'close' : 'quit' },
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
  ];
}
