/** Bounds of what others may ask of a node over a network; the rest are in limits.ts. */

/** The HTTP API: a request's head, its body, and how long a client may take. */
export const HTTP_HEAD_SIZE_BYTES_MAX = 16 * 1024;
export const HTTP_BODY_SIZE_BYTES_MAX = 2 * 1024 * 1024;
export const HTTP_REQUEST_TIMEOUT_MS = 15_000;
/** On a connection where nothing moves: one that waits for its next request, or does not read its answer. */
export const HTTP_IDLE_TIMEOUT_MS = 30_000;
/** Between two signs of life of a stream that has nothing to tell. */
export const HTTP_HEARTBEAT_MS = 10_000;
export const HTTP_CONNECTIONS_MAX = 4_096;
/** Of one address. */
export const HTTP_CONNECTIONS_OF_ADDRESS_MAX = 2_048;
/** A certificate with its chain, or a key. */
export const TLS_FILE_SIZE_BYTES_MAX = 256 * 1024;

/** Requests in a second: of one member, and of one address that has not logged in. */
export const HTTP_REQUESTS_OF_MEMBER_MAX = 20_000;
export const HTTP_REQUESTS_OF_STRANGER_MAX = 200;

/** Log-ins: how long a challenge and a token last, and how many of them there are at once. */
export const LOG_IN_CHALLENGE_MS = 60_000;
export const LOG_IN_TOKEN_MS = 15 * 60_000;
export const LOG_IN_CHALLENGES_MAX = 10_000;
export const LOG_IN_CHALLENGES_OF_ADDRESS_MAX = 100;
export const LOG_IN_TOKENS_MAX = 10_000;
export const LOG_IN_TOKENS_OF_MEMBER_MAX = 64;
/** Failures of an address, of IPv6 its /64, before it has to wait; each further one doubles the wait up to the most. */
export const LOG_IN_FAILURES_FREE = 5;
export const LOG_IN_WAIT_MS_MIN = 1_000;
export const LOG_IN_WAIT_MS_MAX = 15 * 60_000;
