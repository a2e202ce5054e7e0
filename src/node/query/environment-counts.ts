import type { EnvironmentSummary } from '../../api/chain/environments.ts';

/** How many environments there are of each Green status, kept up with the list that tells of its changes. */
export class EnvironmentCounts {
  readonly #byStatus = new Map<EnvironmentSummary['green_status'], number>();

  of(status: EnvironmentSummary['green_status']): number {
    return this.#byStatus.get(status) ?? 0;
  }

  change(before: EnvironmentSummary | undefined, after: EnvironmentSummary | undefined): void {
    if (before !== undefined) this.#byStatus.set(before.green_status, this.of(before.green_status) - 1);
    if (after !== undefined) this.#byStatus.set(after.green_status, this.of(after.green_status) + 1);
  }
}
