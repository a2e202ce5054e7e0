import type { BigIntStats } from 'node:fs';

/** Everything of a file's metadata that changes when its content does. */
export function stampOf({ size, mtimeNs, ctimeNs, ino, dev, mode }: BigIntStats): string {
  return `${size}:${mtimeNs}:${ctimeNs}:${ino}:${dev}:${mode}`;
}
