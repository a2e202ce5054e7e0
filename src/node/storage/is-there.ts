import { statSync } from 'node:fs';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';

/** Whether something is at a path. What this user may not look at is not taken for absent. @throws STORAGE_DENIED, STORAGE_FAILED */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (code === 'EACCES' || code === 'EPERM')
      throw new QuantumLockError('STORAGE_DENIED', `permission denied: ${path}`, { cause: error });
    throw new QuantumLockError('STORAGE_FAILED', `${path}: ${String(code)}`, { cause: error });
  }
}
