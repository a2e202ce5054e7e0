import type { BrowserWindowConstructorOptions } from 'electron';

import type { ElectronApi, Window } from './electron-api.ts';
import type { WindowState } from './window-state.ts';

/** Opens the console's window where it was; it is seen once it has something to show. */
export function openConsoleWindow(
  electron: ElectronApi,
  options: BrowserWindowConstructorOptions,
  state: WindowState | null,
): Window {
  const { isMaximized, ...bounds } = state ?? { isMaximized: false };
  const window = new electron.BrowserWindow({ ...options, ...bounds });
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  return window;
}

export function bringToFront(window: Window | undefined): void {
  if (window === undefined || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}
