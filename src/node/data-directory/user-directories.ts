import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** The directory that a variable of the environment names; null where it is unset, empty or relative, which counts as unset (XDG Base Directory Specification). */
export function namedDirectory(variable: string): string | null {
  const path = process.env[variable] ?? '';
  return isAbsolute(path) ? path : null;
}

/** The user's own directory: what HOME names, else what the system knows. */
export function homeDirectory(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}
