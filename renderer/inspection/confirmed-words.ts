import type { InspectionView } from '../../src/api/operator/inspection.ts';

const WORDS = {
  words: 'Confirmed by the words of the genesis',
  genesis: 'Confirmed by the hash of the genesis',
  trust_file: 'Confirmed by a trust file',
} as const;

/** Whether a person has confirmed a file, and by what. */
export function confirmedWords(by: InspectionView['trust']['confirmed_by']): string {
  return by === null ? 'Not confirmed' : WORDS[by];
}
