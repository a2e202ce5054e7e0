import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

/** Places where nothing can be written, where this user may mount one. */
export function mount(options: string): { readonly directory: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'such a disk is made with Linux tmpfs' };
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'pipe' });
    mounted.push(directory);
    return { directory };
  } catch {
    rmSync(directory, { recursive: true });
    return { reason: 'this user may not mount a tmpfs' };
  }
}
const mounted: string[] = [];
afterAll(() => {
  for (const directory of mounted) {
    execFileSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true });
  }
});

/** Takes all room on a disk that is left. */
export function fillUp(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(join(directory, 'filler'), Buffer.alloc(bavail * bsize));
}
