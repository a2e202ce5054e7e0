import { indexCopy } from '../query/index-head.ts';
import { logCopy, type HeadCopy } from './head-copies.ts';

/** What remembers a head in the data directory itself, besides `head.record`. */
export function localCopies(dataDirectory: string, now: () => number): readonly HeadCopy[] {
  return [logCopy(dataDirectory, now), indexCopy(dataDirectory)];
}
