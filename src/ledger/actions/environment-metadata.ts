import type { JsonObject } from '../../base/canonical.ts';

/** What people call an environment: the `name` of its metadata, where that is a text. Its id is what the chain goes by. */
export function environmentName(metadata: JsonObject): string | null {
  const name = metadata['name'];
  return typeof name === 'string' ? name : null;
}

/** What it is for, in a sentence or two: the `description` of its metadata, where that is a text. */
export function environmentDescription(metadata: JsonObject): string | null {
  const description = metadata['description'];
  return typeof description === 'string' && description.trim() !== '' ? description : null;
}

/** The texts of its metadata's `tags`, each once; none where that is no list. */
export function environmentTags(metadata: JsonObject): readonly string[] {
  const tags = metadata['tags'];
  if (!Array.isArray(tags)) return [];
  return [...new Set(tags.filter((tag) => typeof tag === 'string' && tag.trim() !== ''))] as readonly string[];
}
