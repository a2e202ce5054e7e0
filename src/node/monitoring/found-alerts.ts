import type { Alert } from '../../api/chain/node.ts';
import type { IntegrityReport } from '../../api/operator/integrity.ts';
import type { ForeignFile } from '../history/foreign-files.ts';

/** Alerts about what was found and is repaired, or continues anyway: each stays until a person ends it. */
type Found = Omit<Alert, 'since'>;

const seen = (code: string): string => `Then run \`dm blockchain acknowledge ${code}\`.`;

export function indexDiffered(what: string): Found {
  const code = 'INDEX_DIFFERED';
  return {
    code,
    severity: 'warning',
    message: `index.db contradicted the chain: ${what}. It was rebuilt from the chain.`,
    advice: `Only this program writes that file. Find out what changed it. ${seen(code)}`,
  };
}

export function contentDamaged(what: string): Found {
  const code = 'CONTENT_DAMAGED';
  return {
    code,
    severity: 'critical',
    message: `Stored content is damaged: ${what}.`,
    advice: `Run \`dm blobs verify\` for all of it, and \`dm blobs repair --from DIR\` with a directory or a backup that has the right files. ${seen(code)}`,
  };
}

export const CHAIN_REPAIRED = 'CHAIN_REPAIRED';

/** Rows of chain.db were damaged, and are whole again. */
export function chainRepaired({ report_id, findings, quarantine }: IntegrityReport): Found {
  const [first] = findings;
  return {
    code: CHAIN_REPAIRED,
    severity: 'critical',
    message: `chain.db was damaged (${first?.place ?? 'chain.db'} ${first?.message ?? ''}) and was repaired without loss: report ${report_id}.`,
    advice: `Read integrity/reports/${report_id}.txt. Check the disk: what changed one row may change more. The damaged file is kept: ${quarantine ?? 'see there'}. ${seen(CHAIN_REPAIRED)}`,
  };
}

/** It was not written, or was changed, by another hand. */
export function fileChanged({ place, message }: ForeignFile): Found {
  const code = place === 'node.json' ? 'CONFIG_CHANGED' : place.endsWith('.log') ? 'LOG_CHANGED' : 'LOCK_CHANGED';
  return {
    code,
    severity: 'warning',
    message: `${place} ${message}.`,
    advice: `Find out who changed it, and restore it if it is wrong. ${seen(code)}`,
  };
}
