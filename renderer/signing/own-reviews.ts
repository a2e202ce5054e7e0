/**
 * The reviews that this tab asked to have confirmed and has not heard the end of. They outlive the page in this tab, so that
 * it finds them again when it is loaded anew. An id opens nothing.
 */
const STORAGE_KEY = 'quantum-lock:reviews';
/** More than can wait at a time. */
const REVIEWS_MAX = 64;

let heldHere: ReadonlySet<string> = new Set();

export function rememberReview(reviewId: string): void {
  heldHere = new Set([...heldHere, reviewId]);
  store([...readReviews().filter((each) => each !== reviewId), reviewId].slice(-REVIEWS_MAX));
}

export function forgetReview(reviewId: string): void {
  heldHere = new Set([...heldHere].filter((each) => each !== reviewId));
  store(readReviews().filter((each) => each !== reviewId));
}

/** Those of an earlier load of this page: nothing on it shows them. */
export function reviewsOfBefore(): readonly string[] {
  return readReviews().filter((reviewId) => !heldHere.has(reviewId));
}

function readReviews(): readonly string[] {
  return (globalThis.sessionStorage.getItem(STORAGE_KEY) ?? '').split(' ').filter((each) => each !== '');
}

function store(reviewIds: readonly string[]): void {
  globalThis.sessionStorage.setItem(STORAGE_KEY, reviewIds.join(' '));
}
