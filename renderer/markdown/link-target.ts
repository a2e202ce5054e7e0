/** Where a link of a file leads: to another file beside it, to a place in the same text, or out of the console. */
export type LinkTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'place' }
  | { readonly kind: 'outside'; readonly url: string };

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** `from`: the path of the file that the link is in. A path that leaves the directory is outside. */
export function linkTarget(url: string, from: string): LinkTarget {
  if (url.startsWith('#') || url === '') return { kind: 'place' };
  if (SCHEME.test(url) || url.startsWith('//') || url.includes('\\')) return { kind: 'outside', url };
  const [path = ''] = url.split(/[?#]/);
  const parts = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return { kind: 'outside', url };
    if (part !== '' && part !== '.' && part !== '..') parts.push(decoded(part));
  }
  return parts.length === 0 ? { kind: 'place' } : { kind: 'file', path: parts.join('/') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
