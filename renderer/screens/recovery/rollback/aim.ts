import type { RollbackAim } from '../../../../src/api/chain/recovery.ts';
import { isEnvironmentId } from '../../../../src/ledger/actions/fields.ts';
import { decodeMoment } from '../../../router/moment.ts';
import type { QueryValues } from '../../../router/location.ts';

/** What the address says of a rollback that is being prepared: going back, and a link, find it again. */
export interface Prepared {
  /** Null where nothing is chosen yet. */
  readonly aim: RollbackAim | null;
  /** The named environments, each once and in order; null for all. Empty while none is named yet. */
  readonly scope: readonly string[] | null;
}

export function decodePrepared(query: URLSearchParams): Prepared {
  const named = query.getAll('scope').filter(isEnvironmentId);
  return {
    aim: decodeAim(query),
    scope: query.has('named') || named.length > 0 ? [...new Set(named)].sort() : null,
  };
}

function decodeAim(query: URLSearchParams): RollbackAim | null {
  const checkpoint = query.get('checkpoint') ?? '';
  const envId = query.get('env') ?? '';
  if (checkpoint !== '' && isEnvironmentId(envId)) return { env_id: envId, checkpoint };
  return decodeMoment(query) ?? null;
}

/** The changes to the address that choose another target. */
export function aimQuery(aim: RollbackAim): QueryValues {
  const none = { height: null, time: null, env: null, checkpoint: null };
  return 'checkpoint' in aim ? { ...none, env: aim.env_id, checkpoint: aim.checkpoint } : { ...none, ...aim };
}

/** The changes to the address that choose another scope. */
export function scopeQuery(scope: readonly string[] | null): QueryValues {
  return { scope: scope ?? [], named: scope === null || scope.length > 0 ? null : 'yes' };
}
