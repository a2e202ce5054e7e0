import { calendarWords } from '../../base/calendar-words.ts';

/** Within it, a machine's own clock is taken: the window allows for it, and a node's clock is not better. */
const CLOCKS_AGREE_MS = 30_000;

/**
 * The time that a transaction is signed with, Unix milliseconds: the local one, or that of the next block where the two are
 * far apart. So a chain whose time ran ahead can be frozen and set right, and so can one whose node's clock is wrong.
 */
export function signingTime(local: number, blockTime: number | undefined): number {
  if (blockTime === undefined || Math.abs(blockTime - local) <= CLOCKS_AGREE_MS) return local;
  return blockTime;
}

/** What a person reads where the time of the chain is signed, and not that of this machine; nothing where the two agree. */
export function signingTimeWarnings(local: number, signed: number): readonly string[] {
  if (signed === local) return [];
  return [
    `It is signed with the time of the chain, ${calendarWords(signed)}: the clock of this machine says ${calendarWords(local)}. Find out which of the two is wrong.`,
  ];
}
