/** A file in a destination. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
}

/** A place that backups are copied to. What fails there is DESTINATION_FAILED, or the disk's own error. */
export interface Destination {
  readonly id: string;
  /** As a person reads it: a path, an address. */
  readonly place: string;
  /** The backups and cards that lie there, in no order; other files are left out. @throws DESTINATION_FAILED */
  list(): Promise<readonly StoredFile[]>;
  /** Copies a file there, under a name that is free. It is there whole, and locked where that is asked for, or not at all. @throws DESTINATION_FAILED, STORAGE_FULL, CANCELLED */
  put(path: string, name: string, signal?: AbortSignal): Promise<void>;
  /** The bytes from `begin`, below `end`. @throws DESTINATION_FAILED, NOT_FOUND */
  read(name: string, range: { readonly begin: number; readonly end: number }): Promise<Uint8Array>;
  /** @throws DESTINATION_FAILED where it cannot be deleted, as long as it is locked */
  remove(name: string): Promise<void>;
}

/** How much is read of a destination at a time. */
export const COPY_SIZE_BYTES = 8 * 1024 * 1024;

/** What a backup is called: chain, last block, kind and the beginning of its digest; and the card of an encrypted one. Others' files are not looked at. */
export const BACKUP_NAME = /^[a-z0-9-]+-\d{10}-(?:full|incremental)-[0-9a-f]{16}\.backup(?:\.card)?$/;
/** What is behind the name of an encrypted backup in the name of its card. */
export const CARD_SUFFIX = '.card';

/** A small file that a test of a destination writes, reads and deletes. */
export const PROBE_NAME = 'quantum-lock-probe';
