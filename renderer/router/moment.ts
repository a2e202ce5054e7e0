import type { QueryValues } from './location.ts';

export type Moment = { readonly height: number } | { readonly time: number };

/** The moment that an address names; undefined is now. */
export function decodeMoment(query: URLSearchParams): Moment | undefined {
  const height = query.get('height') ?? '';
  const time = query.get('time') ?? '';
  if (/^\d{1,15}$/.test(height)) return { height: Number(height) };
  if (/^\d{1,15}$/.test(time)) return { time: Number(time) };
  return undefined;
}

/** A moment as a command takes it; null for now. */
export function momentText(moment: Moment | undefined): string | null {
  return moment === undefined ? null : String('height' in moment ? moment.height : moment.time);
}

/** The part of an address that names the moment. */
export function momentQuery(query: URLSearchParams): QueryValues {
  const moment = decodeMoment(query);
  return { height: null, time: null, ...moment };
}
