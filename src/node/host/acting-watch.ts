import { unwatchFile, watchFile } from 'node:fs';
import { dataPaths } from '../data-directory.ts';

/** How often it is looked at: a person who typed `dm key use` sees the console follow. */
const LOOK_INTERVAL_MS = 500;

/** Tells that the configuration changed, in which another process may have chosen who acts. Returns how to stop. */
export function watchConfiguration(dataDirectory: string, onChange: () => void): () => void {
  const { config } = dataPaths(dataDirectory);
  const listener = (): void => onChange();
  watchFile(config, { interval: LOOK_INTERVAL_MS, persistent: false }, listener);
  return () => unwatchFile(config, listener);
}
