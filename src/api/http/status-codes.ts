import type { ErrorCode } from '../../base/errors.ts';

/** The HTTP status (RFC 9110) that says the same as an error of ours. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  CANONICAL_JSON: 400,
  VALUE_NOT_ALLOWED: 400,
  HEX_INVALID: 400,
  USAGE: 400,
  INPUT_INVALID: 400,
  LOG_IN_REQUIRED: 401,
  LOG_IN_REFUSED: 401,
  ACCESS_DENIED: 403,
  INSPECTION_ONLY: 403,
  NOT_FOUND: 404,
  BLOB_MISSING: 404,
  CONTENT_LOST: 404,
  PROOF_PENDING: 409,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  NODE_FAILED: 500,
  NODE_BUSY: 503,
  NODE_STOPPED: 503,
  NODE_SILENT: 503,
  STORAGE_FULL: 503,
  STORAGE_CORRUPT: 503,
  STORAGE_DENIED: 503,
  STORAGE_READ_ONLY: 503,
  STORAGE_FAILED: 503,
  HISTORY_CHANGED: 503,
  DATA_DIR_GONE: 503,
  CLOCK_IMPLAUSIBLE: 503,
};

/** 422 for what was understood and cannot be done. */
export function httpStatusOf(code: ErrorCode): number {
  return STATUS[code] ?? 422;
}
