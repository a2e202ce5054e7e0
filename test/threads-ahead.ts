import { compileThreadsAhead } from '../build/threads-ahead.mjs';

/** Before the suites that start threads from source. */
export function setup(): void {
  compileThreadsAhead();
}
