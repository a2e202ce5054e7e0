/**
 * Whether a file's times can be relied on to tell a later change. A change in the same tick of the file system's clock
 * as the one before it leaves no trace in the metadata (Git's "racy" entries), so a file is remembered only if its
 * newest time lay a whole tick in the past when reading began.
 */

/** Kernels stamp files with the timer tick: 10 ms at 100 Hz, the slowest in use; twice that for good measure. */
const FINE_TICK_NS = 20_000_000n;
/** FAT counts in 2 s; a time without a fraction of a second is taken to come from such a file system. */
const COARSE_TICK_NS = 2_000_000_000n;
const SECOND_NS = 1_000_000_000n;

/** When, in Unix nanoseconds, reading must begin at the earliest for the file's times to be relied on. */
export function settledAtNs(changedNs: bigint): bigint {
  return changedNs + (changedNs % SECOND_NS === 0n ? COARSE_TICK_NS : FINE_TICK_NS);
}

/** How long it is worth waiting, once for a whole directory, for files just written to settle. */
const WAIT_NS_MAX = FINE_TICK_NS + 5_000_000n;

/** Milliseconds to wait until every file that settles soon has settled; 0 where there is none. */
export function settlingDelayMs(changedNs: Iterable<bigint>, nowNs: bigint): number {
  let longestNs = 0n;
  for (const changed of changedNs) {
    const remainingNs = settledAtNs(changed) - nowNs;
    if (remainingNs > longestNs && remainingNs <= WAIT_NS_MAX) longestNs = remainingNs;
  }
  return Math.ceil(Number(longestNs) / 1_000_000);
}
