/** Where the validator's time goes, in microseconds since the start. */
export const STAGES = ['execute', 'state', 'log', 'seal', 'write', 'commit'] as const;
export type Stage = (typeof STAGES)[number];

export class StageClock {
  readonly #us: Record<Stage, number> = { execute: 0, state: 0, log: 0, seal: 0, write: 0, commit: 0 };

  time<T>(stage: Stage, work: () => T): T {
    const begin = performance.now();
    try {
      return work();
    } finally {
      this.#us[stage] += (performance.now() - begin) * 1000;
    }
  }

  totals(): Readonly<Record<Stage, number>> {
    return { ...this.#us };
  }
}
