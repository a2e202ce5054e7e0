/** The check in the background takes a tenth of a processor, and none while blocks arrive. */
export const SCRUB_SLICE_MS = 5;
export const SCRUB_PAUSE_MS = 50;

/** Of one processor, at most. */
export const SCRUB_PROCESSOR_SHARE = 0.1;
