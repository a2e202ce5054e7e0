import { ORPCError } from '@orpc/client';

import { decodeWireError } from '../../src/api/wire-error.ts';
import { QuantumLockError } from '../../src/base/errors.ts';

/** An error as the page shows it: always a code, a sentence and what to do next. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** A call that could not be made because the host is away. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection to the node is lost.');
    this.name = 'ConnectionLost';
  }
}

const CONNECTION_LOST: Problem = {
  code: 'CONNECTION_LOST',
  message: 'The connection to the node is lost.',
  advice: 'The console connects again by itself. If it does not, check that the node is still running.',
};

const UNKNOWN_ADVICE = 'Try again. If the problem stays, see the log of the node.';

/** What went wrong, from whatever was thrown. */
export function describeProblem(thrown: unknown): Problem {
  if (thrown instanceof ConnectionLost) return CONNECTION_LOST;
  const error = decodeWireError(thrown);
  if (error instanceof QuantumLockError) return error.toFailure();
  if (error instanceof ORPCError) return { code: String(error.code), message: error.message, advice: UNKNOWN_ADVICE };
  if (error instanceof Error) {
    // The channel closed while the answer was under way.
    if (/not open|closed|abort/i.test(error.message)) return CONNECTION_LOST;
    return { code: error.name, message: error.message, advice: UNKNOWN_ADVICE };
  }
  return { code: 'UNKNOWN', message: 'An unknown error occurred.', advice: UNKNOWN_ADVICE };
}

/** Whether the page itself gave up the call, because the answer is no longer wanted. */
export function isAbandoned(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof DOMException && error.name === 'AbortError');
}
