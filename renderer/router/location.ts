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

/** The same place with some of the query changed: null takes a name away. */
export function withQuery({ segments, query }: Location, changes: QueryValues): string {
  return encodeLocation(segments, { ...queryOf(query), ...changes });
}

/** The names of a query with all their values. */
export function queryOf(query: URLSearchParams): QueryValues {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

/** What covers a list, innermost first: each Esc closes one. */
const INNERMOST_FIRST = ['file', 'do', 'open'];
/** What narrows and sorts a list: it stays when what was opened from it is closed. */
export const LIST_FILTER_NAMES = ['text', 'owner', 'tag', 'stage', 'sort', 'archived'] as const;
export type ListFilterName = (typeof LIST_FILTER_NAMES)[number];

/** What of a list is selected, to be decided together: one value for each. */
export const SELECTED = 'select';

/** The filter and the selection of an address, for another place of the same list. */
export function listFilterOf(query: URLSearchParams): QueryValues {
  const filter = Object.fromEntries(LIST_FILTER_NAMES.map((name) => [name, query.get(name)]));
  return { ...filter, [SELECTED]: query.getAll(SELECTED) };
}

/** How far the thing that is being done has come: it goes with it. */
const GOES_WITH_DO = ['reason', 'step', 'new', 'proof', 'proposal', 'old', 'destination', 'backup'];

/** The address one step out of here; null where there is nothing to leave. */
export function backOut({ segments, query }: Location): string | null {
  const inner = INNERMOST_FIRST.find((name) => query.has(name));
  const [screen] = segments;
  if (inner !== undefined) {
    const gone = inner === 'do' ? [inner, ...GOES_WITH_DO] : [inner];
    return withQuery({ segments, query }, Object.fromEntries(gone.map((name) => [name, null])));
  }
  if (screen !== undefined && segments.length > 1) return encodeLocation([screen], listFilterOf(query));
  return query.has(SELECTED) ? withQuery({ segments, query }, { [SELECTED]: null }) : null;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A person typed a stray percent sign: take it as it is.
    return segment;
  }
}
