import type { BrowserWindowConstructorOptions } from 'electron';

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
    webPreferences: {
      preload: options.preloadFile,
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
      devTools: options.allowDevTools,
    },
  };
}
