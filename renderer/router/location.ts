/**
 * Where the person is, as `#/segment/segment?name=value`. The address lives behind the hash, so that the same files work
 * from a local server and from the application's own scheme.
 */
export interface Location {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

export type QueryValues = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

export function decodeLocation(hash: string): Location {
  const text = hash.replace(/^#?\/?/, '');
  const cut = text.indexOf('?');
  const path = cut === -1 ? text : text.slice(0, cut);
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeSegment);
  return { segments, query: new URLSearchParams(cut === -1 ? '' : text.slice(cut + 1)) };
}

/** An address from its parts. Names whose value is null, undefined or empty are left out. */
export function encodeLocation(segments: readonly string[], query: QueryValues = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? (value as readonly string[]) : [value as string | number | null | undefined];
    for (const one of values) if (one !== null && one !== undefined && one !== '') search.append(name, String(one));
  }
  const text = search.toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A person typed a stray percent sign: take it as it stands.
    return segment;
  }
}
