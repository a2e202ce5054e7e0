import type { RecoveryPoint } from '../../../../src/api/chain/recovery.ts';

/** What happened at a point of the timeline, in a few words. */
export function pointWords({ kind, env_id, version, label, target_height }: RecoveryPoint): string {
  switch (kind) {
    case 'promotion':
      return `promote ${env_id ?? ''} v${version ?? '–'}`;
    case 'checkpoint':
      return `checkpoint ${env_id ?? ''} ${label ?? ''}`;
    case 'recall':
      return `recall ${env_id ?? ''} v${version ?? '–'}`;
    case 'rollback':
      return `rollback${env_id === null ? '' : ` of ${env_id}`} to block ${target_height ?? '–'}`;
  }
}
