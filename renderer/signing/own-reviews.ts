/**
 * The reviews that this tab asked to have confirmed and has not heard the end of. They outlive the page in this tab, so
 * that it finds them again when it is loaded again. An id opens nothing.
 */
const STORAGE_KEY = 'quantum-lock:reviews';
/** Those that this tab showed and did not ask to have confirmed: they are taken back where it shows them no more. */
const UNCONFIRMED_KEY = 'quantum-lock:unconfirmed';
/** More than can wait at a time. */
const REVIEWS_MAX = 64;

let heldHere: ReadonlySet<string> = new Set();
let shownHere: ReadonlySet<string> = new Set();

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

export function rememberUnconfirmed(reviewId: string): void {
  shownHere = new Set([...shownHere, reviewId]);
  store([...readReviews(UNCONFIRMED_KEY), reviewId].slice(-REVIEWS_MAX), UNCONFIRMED_KEY);
}

export function forgetUnconfirmed(reviewId: string): void {
  shownHere = new Set([...shownHere].filter((each) => each !== reviewId));
  store(
    readReviews(UNCONFIRMED_KEY).filter((each) => each !== reviewId),
    UNCONFIRMED_KEY,
  );
}

/** Those of an earlier load of this page. */
export function unconfirmedOfBefore(): readonly string[] {
  return readReviews(UNCONFIRMED_KEY).filter((reviewId) => !shownHere.has(reviewId));
}

function readReviews(key = STORAGE_KEY): readonly string[] {
  return (globalThis.sessionStorage.getItem(key) ?? '').split(' ').filter((each) => each !== '');
}

function store(reviewIds: readonly string[], key = STORAGE_KEY): void {
  globalThis.sessionStorage.setItem(key, reviewIds.join(' '));
}
