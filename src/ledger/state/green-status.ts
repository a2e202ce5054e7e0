import type { Hash } from '../../base/bytes.ts';
import type { EnvironmentRecord, RecallRecord } from './records.ts';

/**
 * What "is it Green?" is answered with. `recalled`: it is not Green, and that it was taken back is on record.
 */
export type GreenStatus = 'green' | 'not_green' | 'recalled';

/** Whether an environment is Green, as its record says: the one place that answers it. */
export function greenStatusOf({ green, recalled }: Pick<EnvironmentRecord, 'green' | 'recalled'>): GreenStatus {
  if (green !== null) return 'green';
  return recalled === null ? 'not_green' : 'recalled';
}

/** What is asked about, of an environment: a content, a version, both at once, or whatever is Green (both null). */
export interface AskedContent {
  readonly state_hash: Hash | null;
  readonly version: number | null;
}

export function asksForContent({ state_hash: hash, version }: AskedContent): boolean {
  return hash !== null || version !== null;
}

/** Whether something that was promoted or recalled is what is asked about. */
export function isAskedFor(
  asked: AskedContent,
  found: { readonly state_hash: Hash; readonly version: number },
): boolean {
  return (
    (asked.state_hash === null || asked.state_hash === found.state_hash) &&
    (asked.version === null || asked.version === found.version)
  );
}

/**
 * The same for what is asked about. `earlier` is a recall that the record does not name any longer, because a newer one
 * took its place there.
 */
export function greenAnswer(
  asked: AskedContent,
  { green, recalled }: Pick<EnvironmentRecord, 'green' | 'recalled'>,
  earlier: RecallRecord | null,
): { readonly status: GreenStatus; readonly recall: RecallRecord | null } {
  const isGreen = green !== null && isAskedFor(asked, green);
  const recall = [recalled, earlier].find((one) => one !== null && isAskedFor(asked, one)) ?? null;
  const status = greenStatusOf({ green: isGreen ? green : null, recalled: recall });
  return { status, recall: status === 'recalled' ? recall : null };
}
