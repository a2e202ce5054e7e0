import type { Json } from '../../base/canonical.ts';

/** A field that the payload's schema made a string. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
