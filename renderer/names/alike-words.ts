import { isLookalike } from '../../src/base/lookalike.ts';
import { shortenHex } from '../parts/format.ts';
import type { Named } from './names-beside.ts';

type Called = Pick<Named, 'id' | 'name'>;

const NAMED_MAX = 2;

/** Which it is, and which others it looks like: `ada-2, looks like ada`. Ids are what distinguishes them. */
export function alikeWords({ id, name }: Called, alike: readonly Called[], byId: boolean): string {
  const others = alike.slice(0, NAMED_MAX).map((other) => shortId(other.id));
  const more = alike.length > NAMED_MAX ? ` and ${alike.length - NAMED_MAX} more` : '';
  // The id is there, and it may be the name alone that is alike.
  const how = byId && !alike.some((other) => isLookalike(other.id, id)) ? 'named like' : 'looks like';
  return `${byId || name === id ? '' : `${shortId(id)}, `}${how} ${others.join(', ')}${more}`;
}

/**
 * The same with everybody's name, written so that letters of other alphabets can be distinguished from those that they
 * look like.
 */
export function alikeTitle(named: Called, alike: readonly Called[]): string {
  return `${spelled(named)} is not ${alike.map(spelled).join(', nor ')}. Distinguish them by their ids.`;
}

function shortId(id: string): string {
  return id.startsWith('0x') ? shortenHex(id) : id;
}

function spelled({ id, name }: Called): string {
  const codes = name.replaceAll(/[^\x20-\x7e]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`);
  const written = codes === name ? name : `${name} (${codes})`;
  return name === id ? written : `${written}, ${shortId(id)},`;
}
