import { contextBridge, ipcRenderer } from 'electron';

// The channel names are written out: a sandboxed preload is one file, and these three lines are all of it.
contextBridge.exposeInMainWorld('quantumLock', {
  connect: (): void => ipcRenderer.send('quantum-lock:connect'),
});
ipcRenderer.on('quantum-lock:port', (event) => {
  globalThis.postMessage({ type: 'quantum-lock:port' }, globalThis.location.origin, event.ports);
});
