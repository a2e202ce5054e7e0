import { join } from 'node:path';
import { homeDirectory, namedDirectory } from './user-directories.ts';

/** The platform's place for a user's application data. */
export function defaultDataDirectory(): string {
  const name = 'quantum-lock';
  const home = homeDirectory();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  if (process.platform === 'win32') return join(namedDirectory('APPDATA') ?? join(home, 'AppData', 'Roaming'), name);
  return join(namedDirectory('XDG_DATA_HOME') ?? join(home, '.local', 'share'), name);
}
