import type { JsonObject } from '../../base/canonical.ts';

/** What people call an environment: the `name` of its metadata, where that is a text. Its id is what the chain goes by. */
export function environmentName(metadata: JsonObject): string | null {
  const name = metadata['name'];
  return typeof name === 'string' ? name : null;
}
