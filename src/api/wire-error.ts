import { ORPCError } from '@orpc/client';
import { isErrorCode, QuantumLockError, type ErrorContext } from '../base/errors.ts';

/** What an error of ours carries across the contract besides its code and its message. */
interface WireErrorData {
  readonly advice: string;
  readonly context: ErrorContext;
}

/**
 * An error of ours as it travels: its code, its message, and what to do next; one that crossed the contract before, as it was then.
 * Any other is returned as it is.
 */
export function encodeWireError(error: unknown): unknown {
  if (!(error instanceof QuantumLockError)) return error;
  if (error.cause instanceof ORPCError) return error.cause;
  return new ORPCError(error.code, {
    status: 422,
    message: error.message,
    data: { advice: error.advice, context: error.context } satisfies WireErrorData,
  });
}

/** An error that crossed the contract, as ours again; what does not fit the contract is INPUT_INVALID. Any other is returned as it is. */
export function decodeWireError(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  const { code, message, data } = error as ORPCError<string, unknown>;
  if (isErrorCode(code)) {
    const { advice, context } = partsOf<WireErrorData>(data);
    return new QuantumLockError(code, message, {
      ...(typeof advice === 'string' && advice !== '' ? { advice } : {}),
      ...(context === undefined ? {} : { context }),
    });
  }
  return code === 'BAD_REQUEST'
    ? new QuantumLockError('INPUT_INVALID', firstIssue(data) ?? message, { cause: error })
    : error;
}

/** Of an input that the contract refuses: the field and what it should be. */
function firstIssue(data: unknown): string | undefined {
  const { issues } = partsOf<{ readonly issues: readonly Issue[] }>(data);
  const first = issues?.[0];
  return first === undefined ? undefined : `${(first.path ?? []).map(String).join('.')}: ${first.message}`;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[];
}

function partsOf<T>(data: unknown): Partial<T> {
  return typeof data === 'object' && data !== null ? data : {};
}
