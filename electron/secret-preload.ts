import { ipcRenderer } from 'electron';

// All that runs in the window that asks for a passphrase; its page has no script. The channel's name is written out: a
// sandboxed preload is one file.
globalThis.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  ipcRenderer.send('quantum-lock:secret', Object.fromEntries(new FormData(event.target, event.submitter)));
});
globalThis.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') ipcRenderer.send('quantum-lock:secret', { decision: 'no' });
});
