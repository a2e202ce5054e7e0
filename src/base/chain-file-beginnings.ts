/** How files begin that hold a whole chain, a character for each byte: they are known by that, not by their names. */

export const BACKUP_FORMAT = 'quantum-lock/backup/v1';
/** Of what is encrypted with age (age-encryption.org/v1). */
export const AGE_MAGIC = 'age-encryption.org/v1\n';

/** A backup: in its own format, encrypted, and as one document of canonical JSON. */
const BACKUP_BEGINNINGS: readonly string[] = [`${BACKUP_FORMAT}\n`, AGE_MAGIC, '{"backup":{'];
/** Each line of an exported chain: canonical JSON puts `header` first. */
const BLOCK_LINE_BEGINNING = '{"header":{';
/** Bytes that are enough to tell. */
export const CHAIN_FILE_BEGINNING_SIZE_BYTES = 64;

/** What a file with this beginning is, if a whole chain is in it. */
export function chainFileKind(beginning: string): 'backup' | 'blocks' | null {
  if (BACKUP_BEGINNINGS.some((one) => beginning.startsWith(one))) return 'backup';
  return beginning.startsWith(BLOCK_LINE_BEGINNING) ? 'blocks' : null;
}
