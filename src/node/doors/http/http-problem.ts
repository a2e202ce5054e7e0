import { httpStatusOf } from '../../../api/http/status-codes.ts';
import type { QuantumLockError } from '../../../base/errors.ts';

/** Why a request is not answered, with the status that says it where that is not the one of its code. */
export class HttpProblem extends Error {
  readonly error: QuantumLockError;
  readonly status: number;

  constructor(error: QuantumLockError, status: number = httpStatusOf(error.code)) {
    super(error.message, { cause: error });
    this.name = 'HttpProblem';
    this.error = error;
    this.status = status;
  }
}
