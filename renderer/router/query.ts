import { encodeLocation, type Location, type QueryValues } from './location.ts';

/** The same place with some of the query changed: null takes a name away. */
export function withQuery({ segments, query }: Location, changes: QueryValues): string {
  const values: Record<string, QueryValues[string]> = {};
  for (const name of query.keys()) values[name] = query.getAll(name);
  return encodeLocation(segments, { ...values, ...changes });
}
