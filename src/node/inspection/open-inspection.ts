import type { InspectionView } from '../../api/operator/inspection.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { Hash } from '../../base/bytes.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { indexPathOf } from '../blobs/blob-index.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { isThere } from '../data-directory/is-there.ts';
import { newNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import { openScratchDirectory, type ScratchDirectory } from '../data-directory/scratch-directory.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { HeadRecordWriter, readHeadRecord } from '../history/head-record.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { copyDataDirectory } from './copy-data-directory.ts';
import { confirmTrust, isNamed, restsOn, UNCONFIRMED, type FileTrust } from './file-trust.ts';
import { layOutBackup, type BackupParts } from './lay-out-backup.ts';
import type { Laying, LaidOut } from './laid-out.ts';
import { replayBlocksFile } from './replay-blocks-file.ts';
import type { SealSpan } from './seal-spans.ts';
import { recogniseSource, type InspectionSource } from './source-kind.ts';

export interface InspectionOptions extends Laying, BackupParts {
  /** A backup, an exported chain, a data directory, or a directory with a chain.db. */
  readonly path: string;
  /** Where the scratch directory is made; the system's folder for temporary files where it is left out. */
  readonly temporaryFolder?: string;
}

/**
 * Lays a file out as a data directory of its own, which a host opens for reading, and verifies all of its chain while doing so.
 * The source is never written to, and nothing of its configuration or keys is used.
 * @throws FILE_UNKNOWN, CHAIN_INVALID, BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_KEY_REQUIRED, INPUT_INVALID, DATA_DIR_LOCKED, CANCELLED, STORAGE_FULL, STORAGE_DENIED, STORAGE_FAILED
 */
export async function openInspection(options: InspectionOptions): Promise<Inspection> {
  const source = recogniseSource(options.path);
  if (source.kind !== 'backup' && (options.more ?? []).length > 0)
    throw new QuantumLockError('INPUT_INVALID', `${options.path} is not a backup: no other file continues it`);
  const scratch = openScratchDirectory(options.temporaryFolder);
  try {
    const laidOut = await layOut(source, scratch.path, options);
    return new Inspection(source, scratch, laidOut, readHead(scratch.path));
  } catch (error) {
    scratch.close();
    throw error instanceof QuantumLockError && error.code === 'CHAIN_INVALID' ? asUnread(error) : error;
  }
}

function layOut(source: InspectionSource, root: string, options: InspectionOptions): Promise<LaidOut> {
  switch (source.kind) {
    case 'backup':
      return layOutBackup(source.path, root, options);
    case 'blocks':
      return replayBlocksFile(source.path, root, options);
    case 'data_directory':
    case 'chain_directory':
      return copyDataDirectory(source, root, options);
  }
}

function asUnread({ message, context, cause }: QuantumLockError): QuantumLockError {
  return new QuantumLockError('CHAIN_INVALID', message, {
    cause,
    context,
    advice: 'Nothing of it is shown. Keep the file as it is, and ask for another copy.',
  });
}

interface FileHead {
  readonly chain: ChainRoot;
  readonly height: number;
  readonly hash: Hash;
  readonly time: number;
}

/** Makes the directory one that opens: with a configuration that names no key, and a record of its newest block. */
function readHead(root: string): FileHead {
  const { chain: chainDirectory } = dataPaths(root);
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16 });
  try {
    const chain = reader.chain();
    const { header, hash, proof } = reader.provedHead();
    writeNodeConfig(
      root,
      newNodeConfig({ chain_id: chain.chain_id, validator: { validator_id: '', key_id: '' }, acting_key_id: '' }),
    );
    if (readHeadRecord(chainDirectory) === 'missing') {
      const writer = new HeadRecordWriter(chainDirectory);
      try {
        writer.replace({ genesis: chain.genesis, header, hash, proof, ...reader.state.counts, grown: {} });
      } finally {
        writer.close();
      }
    }
    return { chain, height: header.index, hash, time: header.timestamp };
  } finally {
    database.close();
  }
}

/** A file that is looked at: where it is laid out, what was found of it, and what a person has confirmed. */
export class Inspection {
  readonly source: InspectionSource;
  /** A data directory of this process's own. */
  readonly dataDirectory: string;
  readonly chain: ChainRoot;
  readonly head: { readonly height: number; readonly hash: Hash; readonly time: number };
  readonly seals: readonly SealSpan[];
  readonly #scratch: ScratchDirectory;
  readonly #laidOut: LaidOut;
  #trust: FileTrust = UNCONFIRMED;

  constructor(source: InspectionSource, scratch: ScratchDirectory, laidOut: LaidOut, { chain, ...head }: FileHead) {
    this.source = source;
    this.dataDirectory = scratch.path;
    this.chain = chain;
    this.head = head;
    this.seals = laidOut.seals;
    this.#scratch = scratch;
    this.#laidOut = laidOut;
  }

  /**
   * Compares the file with what a person has from another source; see {@link confirmTrust}. What was confirmed before stands
   * where this does not fit.
   * @throws TRUST_MISMATCH, INPUT_INVALID, DOCUMENT_INVALID
   */
  confirm(text: string): void {
    this.#trust = confirmTrust(text, this);
  }

  view(): InspectionView {
    const { kind, path, name } = this.source;
    const { blocks, transactions, backups } = this.#laidOut;
    return {
      kind,
      path,
      name,
      head: this.head,
      verified: { blocks, transactions },
      backups,
      seals: this.seals.map((span) => ({
        validator_id: span.validatorId,
        public_key: span.publicKey,
        fingerprint: fingerprintWords(span.publicKey),
        first_block: span.firstBlock,
        last_block: span.lastBlock,
        blocks: span.blocks,
        named: isNamed(this.#trust, span),
      })),
      trust: { confirmed_by: this.#trust.confirmedBy, rests_on: restsOn(this.#trust, this) },
      limits: this.#limits(),
    };
  }

  #limits(): string[] {
    const { unsealed } = this.#laidOut;
    return [
      `It ends at block ${this.head.height}. What came later on the chain is not in it, recalls and revoked keys included.`,
      ...(isThere(indexPathOf(dataPaths(this.dataDirectory).blobs))
        ? []
        : ['It holds no content of environments: their files and differences cannot be shown, their hashes can.']),
      ...(unsealed === null
        ? []
        : [`Block ${unsealed} was decided and not sealed when the copy was made: it is not part of the chain.`]),
    ];
  }

  /** Removes what was laid out. The host that opened the directory has closed it before. */
  close(): void {
    this.#scratch.close();
  }
}
