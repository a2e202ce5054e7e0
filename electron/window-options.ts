import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron';

export function windowOptions(options: {
  readonly preloadFile: string;
  readonly allowDevTools: boolean;
}): BrowserWindowConstructorOptions {
  return {
    title: 'Quantum-Lock console',
    width: 1320,
    height: 860,
    minWidth: 720,
    minHeight: 480,
    // Shown once it has something to show.
    show: false,
    webPreferences: { ...lockedPreferences(options.preloadFile), devTools: options.allowDevTools },
  };
}

/** Of the window that asks for a passphrase: nothing of it is kept, and nothing looks into it. */
export function secretWindowOptions(options: {
  readonly preloadFile: string;
  readonly partition: string;
}): BrowserWindowConstructorOptions {
  return {
    title: 'Quantum-Lock asks for your passphrase',
    width: 520,
    height: 460,
    minWidth: 360,
    minHeight: 320,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    show: false,
    webPreferences: { ...lockedPreferences(options.preloadFile), partition: options.partition, devTools: false },
  };
}

function lockedPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  };
}
