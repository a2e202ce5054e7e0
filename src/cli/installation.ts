import { join } from 'node:path';

/** The folder of package.json: two above this file, and above the bundle that it becomes part of. */
export const INSTALLATION = join(import.meta.dirname, '..', '..');
