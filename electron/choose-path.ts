import type { OpenDialogOptions } from 'electron';

import type { ElectronApi, Window } from './electron-api.ts';

/** Lets the person choose a file. Null where nothing is chosen, or there is no window to ask in. */
export function chooseFile(electron: ElectronApi, window: Window | undefined): Promise<string | null> {
  return choose(electron, window, { title: 'Look at a file', properties: ['openFile'] });
}

/** As above, a folder. */
export function chooseFolder(electron: ElectronApi, window: Window | undefined): Promise<string | null> {
  return choose(electron, window, { title: 'Choose a folder', properties: ['openDirectory', 'createDirectory'] });
}

async function choose(
  { dialog }: ElectronApi,
  window: Window | undefined,
  options: OpenDialogOptions,
): Promise<string | null> {
  if (window === undefined || window.isDestroyed()) return null;
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}
