import type { Status } from '../api/chain/node.ts';
import type { QuantumLockError } from '../base/errors.ts';
import type { ClockReading } from './clock/sealing-clock.ts';
import type { EngineStats } from './engine/engine.ts';
import type { FiringAlert } from './monitoring/alert-record.ts';

/** How the node is at one moment. */
export interface NodeLook {
  readonly stats: EngineStats | null;
  readonly clock: ClockReading | null;
  readonly firing: readonly FiringAlert[];
}

/** What failed, as a page is told of it. */
export function toldFailure(error: QuantumLockError | null): Status['index']['failure'] {
  return error === null ? null : { code: error.code, message: error.message, advice: error.advice };
}
