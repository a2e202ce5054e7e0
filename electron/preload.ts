import { contextBridge, ipcRenderer, webUtils } from 'electron';

// The channel names are written out: a sandboxed preload is one file, and this is all of it.
contextBridge.exposeInMainWorld('quantumLock', {
  connect: (): void => ipcRenderer.send('quantum-lock:connect'),
});
ipcRenderer.on('quantum-lock:port', (event) => {
  globalThis.postMessage({ type: 'quantum-lock:port' }, globalThis.location.origin, event.ports);
});
// Where a dropped file lies is told to the main process, not to the page; and only a person drops, never a script.
globalThis.addEventListener('drop', (event) => {
  if (!event.isTrusted) return;
  for (const file of event.dataTransfer?.files ?? [])
    ipcRenderer.send('quantum-lock:dropped', webUtils.getPathForFile(file));
});
