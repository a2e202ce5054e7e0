/** Work between two looks at the message queue: a query waits no longer than this for the index. */
export const INDEX_SLICE_MS = 15;
export const INDEX_SLICE_LOADED_MS = 5;
/** Pause between slices while blocks arrive, so that the index takes at most a tenth of a processor from the validator. */
export const INDEX_PAUSE_MS = 45;
/** At most so long a read waits for the index. */
export const FRESHEN_MS = 30;
/** At most so long a read waits for an index that is made again under it. */
export const REMAKE_MS = 2_000;
/** Until the index is tried again that could not be written: a person may have made room. */
export const INDEX_RETRY_MS = 2_000;
