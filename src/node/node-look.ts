import type { ClockReading } from './clock/sealing-clock.ts';
import type { EngineStats } from './engine/engine.ts';
import type { FiringAlert } from './monitoring/alert-record.ts';

/** How the node is at one moment. */
export interface NodeLook {
  readonly stats: EngineStats | null;
  readonly clock: ClockReading | null;
  readonly firing: readonly FiringAlert[];
}
