import type { FileEntry } from '../../../src/api/chain/content.ts';

const NAMES = ['readme.md', 'readme.markdown', 'readme', 'readme.txt'];

/** The file in the topmost folder that is there to be read first, whatever its case; null where there is none. */
export function readmeOf(files: readonly FileEntry[]): FileEntry | null {
  let best: FileEntry | null = null;
  let bestRank = NAMES.length;
  for (const file of files) {
    const rank = NAMES.indexOf(file.path.toLowerCase());
    if (rank === -1 || rank >= bestRank) continue;
    best = file;
    bestRank = rank;
  }
  return best;
}
