import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import type { JsonObject } from '../../../../src/base/canonical.ts';
import { optionalText } from '../../../../src/ledger/actions/fields.ts';
import { promotionOf } from '../../../../src/ledger/actions/promote-environment.ts';
import { formatQuantity } from '../../../parts/format.ts';

/** What can be done to several environments at once. */
export interface Deed {
  readonly action: string;
  /** Of the command that does the same. */
  readonly command: string;
  title(count: number): string;
  /** Why it cannot be done to this one now; null where it can. */
  obstacle(environment: EnvironmentView): string | null;
  /** What becomes of this one. */
  effect(environment: EnvironmentView): string;
  payload(environment: EnvironmentView, reason: string): JsonObject;
  readonly takesReason: boolean;
}

const ARCHIVED = 'It is archived.';

export const DEEDS: Readonly<Record<string, Deed>> = {
  promote: {
    action: 'promote_environment',
    command: 'promote',
    title: (count) => `Promote ${formatQuantity(count, 'environment')} to Green`,
    obstacle: ({ archived_at, blue, green }) =>
      archived_at !== null ? ARCHIVED : green?.version === blue.version ? `v${blue.version} is Green already.` : null,
    effect: ({ blue, green }) => `v${blue.version}, ${green === null ? 'its first' : `in place of v${green.version}`}`,
    payload: (environment) => promotionOf(environment),
    takesReason: false,
  },
  archive: {
    action: 'archive_environment',
    command: 'archive',
    title: (count) => `Archive ${formatQuantity(count, 'environment')}`,
    obstacle: ({ archived_at }) => (archived_at === null ? null : ARCHIVED),
    effect: ({ green }) => (green === null ? 'no further change' : `no further change; Green v${green.version} stays`),
    payload: ({ env_id }, reason) => ({ env_id, ...optionalText('reason', reason) }),
    takesReason: true,
  },
};
