/** A failure of set-up that its reader can act on: one line of what, one of what to do. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} advice
   */
  constructor(message, advice) {
    super(`${message}\n  ${advice}`);
    this.name = 'SetupError';
  }
}

/**
 * Says what is done and how long it took.
 * @param {string} name
 * @param {(say: (line: string) => void) => string} work returns its result, in a few words
 */
export function runStep(name, work) {
  const startedAt = performance.now();
  const say = (/** @type {string} */ line) => console.error(`setup: ${name}: ${line}`);
  const outcome = work(say);
  const elapsedMs = performance.now() - startedAt;
  const elapsed = elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1000).toFixed(1)} s`;
  say(`${outcome} (${elapsed})`);
}
