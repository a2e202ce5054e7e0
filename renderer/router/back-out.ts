import { encodeLocation, type Location } from './location.ts';

/** What lies over a list, innermost first: each Esc takes one away. */
const INNERMOST_FIRST = ['file', 'do', 'open'];
/** How far the thing that is being done has come: it goes with it. */
const GOES_WITH_DO = ['step', 'new', 'proof', 'proposal', 'old'];

/** The address one step out of here; null where there is nothing to leave. */
export function backOut({ segments, query }: Location): string | null {
  const inner = INNERMOST_FIRST.find((name) => query.has(name));
  const [screen] = segments;
  if (inner !== undefined) {
    const rest = Object.fromEntries(
      [...new Set(query.keys())]
        .filter((name) => name !== inner && !(inner === 'do' && GOES_WITH_DO.includes(name)))
        .map((name) => [name, query.getAll(name)]),
    );
    return encodeLocation(segments, rest);
  }
  if (screen !== undefined && segments.length > 1) return encodeLocation([screen], { text: query.get('text') });
  return null;
}
