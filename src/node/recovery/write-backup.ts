import type { ThreadFollower } from '../threads/with-thread.ts';
import { BACKUP_FORMAT } from '../../base/chain-file-beginnings.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BACKUP_CHAIN_FILES_MAX, BACKUP_PARTS_UNDERWAY_MAX } from '../../base/limits.ts';
import type { Hash } from '../../base/bytes.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { CHAIN_DATABASE, CHAIN_MIGRATIONS } from '../storage/chain-schema.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { BackupSink, type WrittenFile } from './backup-sink.ts';
import {
  BACKUP_MAGIC,
  digestOf,
  encodeSignedManifest,
  encodeTrailer,
  manifestHash,
  type BackupManifest,
  type BackupPart,
  type ChainEnd,
  type SignedManifest,
} from './backup-format.ts';
import type { BackupBase } from './backup-base.ts';
import { partsOf, type RowsToBackUp } from './backup-rows.ts';
import { readChainEnd } from './chain-end.ts';
import { compress } from './compress.ts';
import { ContentSource } from './content-rows.ts';
import type { Encryption } from './encryption.ts';
import { PartBuffers } from './part-buffers.ts';
import type { PartBuilder } from './part-rows.ts';

export interface BackupRequest {
  readonly dataDirectory: string;
  /** The newest block that was seen final: a chain that was cut since is not backed up as if it were whole. */
  readonly finalHeight?: number | undefined;
  /** A new file. */
  readonly output: string;
  /** What an incremental one continues; null for a full one. */
  readonly base: BackupBase | null;
  readonly withContent: boolean;
  readonly encryption: Encryption | null;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly software: string;
}

/** Rows that are written, of those that there are; of content, bytes are not counted before. */
export interface BackupProgress {
  readonly done: number;
  readonly total: number;
}

export type BackupFollower = ThreadFollower<BackupProgress>;

/** A backup that was made. */
export interface MadeBackup extends WrittenFile {
  readonly path: string;
  /** Of its manifest: its name. */
  readonly backup: Hash;
  readonly manifest: BackupManifest;
}

/**
 * Writes one backup: everything but its end, which is the signed manifest. Reads beside a running node, and holds none of
 * the chain in memory but a few parts.
 */
export class BackupWriter {
  /** What is to be signed. */
  readonly manifest: BackupManifest;
  readonly #sink: BackupSink;
  readonly #path: string;
  readonly #size: number;

  private constructor(path: string, sink: BackupSink, manifest: BackupManifest) {
    this.#path = path;
    this.#sink = sink;
    this.manifest = manifest;
    this.#size = BACKUP_MAGIC.length + manifest.parts.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @throws DATA_DIR_EMPTY, CHAIN_MISSING, STORAGE_CORRUPT; BACKUP_INVALID where the base is not of this chain; INPUT_INVALID,
   *   STORAGE_FULL, CANCELLED: then nothing is left
   */
  static async begin(request: BackupRequest, follower: BackupFollower): Promise<BackupWriter> {
    const { dataDirectory, finalHeight, output, encryption } = request;
    const config = readNodeConfig(dataDirectory);
    const { chain } = dataPaths(dataDirectory);
    const { reader, database } = ChainReader.open(chain, { pageCacheCount: 1_000, finalHeight });
    let source: ContentSource | null = null;
    let sink: BackupSink | null = null;
    try {
      const to = readChainEnd(reader, database);
      const base = request.base === null ? null : checkBase(request.base, reader, to);
      source = request.withContent ? new ContentSource(dataPaths(dataDirectory).blobs) : null;
      const content = source === null ? null : { source, from: contentBase(base, source) };
      sink = await BackupSink.open(output, encryption);
      await sink.write(BACKUP_MAGIC);
      const parts = await writeParts(sink, { database, from: base?.to ?? null, to, content }, follower);
      const { head_folder: _, ...node } = config;
      return new BackupWriter(output, sink, {
        format: BACKUP_FORMAT,
        ...reader.chain(),
        era: reader.head().header.era,
        kind: base === null ? 'full' : 'incremental',
        base: base?.backup ?? null,
        depth: base === null ? 0 : base.depth + 1,
        from: base?.to ?? null,
        to,
        content: content === null ? null : contentOf(content, parts),
        schema: CHAIN_MIGRATIONS.length,
        node: withoutUndefined(node),
        parts,
        created_at: request.createdAt,
        software: request.software,
      });
    } catch (error) {
      await sink?.abandon();
      throw storageError(CHAIN_DATABASE, error);
    } finally {
      source?.close();
      database.close();
    }
  }

  /** Writes the end, and puts the file into its place. @throws STORAGE_FULL, STORAGE_FAILED: then nothing is left */
  async finish(signature: Omit<SignedManifest, 'manifest'>): Promise<MadeBackup> {
    const bytes = encodeSignedManifest({ manifest: this.manifest, ...signature });
    try {
      await this.#sink.write(bytes);
      await this.#sink.write(encodeTrailer({ offset: this.#size, size: bytes.length }));
    } catch (error) {
      await this.#sink.abandon();
      throw error;
    }
    const written = await this.#sink.finish();
    return { ...written, path: this.#path, backup: manifestHash(this.manifest), manifest: this.manifest };
  }

  abandon(): Promise<void> {
    return this.#sink.abandon();
  }
}

/** @throws BACKUP_INVALID */
function checkBase(base: BackupBase, reader: ChainReader, head: ChainEnd): BackupBase {
  const { genesis } = reader.chain();
  const refuse = (why: string): QuantumLockError =>
    new QuantumLockError('BACKUP_INVALID', `nothing can continue that backup: ${why}`, {
      advice: 'Make a full backup.',
    });
  if (base.genesis !== genesis) throw refuse(`it is of another chain, ${base.chain_id}`);
  if (base.to.height > head.height) throw refuse(`it ends at block ${base.to.height}, and the chain at ${head.height}`);
  if (reader.block(base.to.height).hash !== base.to.hash)
    throw refuse('its last block is another one than the chain has there');
  if (base.depth >= BACKUP_CHAIN_FILES_MAX) throw refuse(`${base.depth} backups come before it`);
  return base;
}

/** Where the store is not the one that the base is of, all of its content is written again. */
function contentBase(base: BackupBase | null, source: ContentSource): NonNullable<BackupManifest['content']>['from'] {
  const end = base?.content ?? null;
  return end !== null && source.continues(end) ? end : null;
}

function contentOf(
  { source, from }: NonNullable<RowsToBackUp['content']>,
  parts: readonly BackupPart[],
): BackupManifest['content'] {
  const rows = (table: BackupPart['table']): number =>
    parts.reduce((sum, part) => sum + (part.table === table ? part.rows : 0), 0);
  return {
    from,
    to: source.end,
    directories: rows('content_directories'),
    chunks: rows('content_chunks'),
    lost: source.lost,
  };
}

/** Compresses some parts at a time, and writes them in their order. */
async function writeParts(
  sink: BackupSink,
  rows: RowsToBackUp,
  { signal, report }: BackupFollower,
): Promise<BackupPart[]> {
  const total = rowCount(rows.from, rows.to);
  const written: BackupPart[] = [];
  const buffers = new PartBuffers();
  let done = 0;
  const underway: Promise<StoredPart>[] = [];
  const writeOldest = async (): Promise<void> => {
    const oldest = underway.shift();
    if (oldest === undefined) return;
    const { stored, part } = await oldest;
    await sink.write(stored);
    written.push(part);
    done += part.rows;
    report({ done: Math.min(done, total), total });
  };
  try {
    for (const part of partsOf(rows, buffers)) {
      if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the backup was stopped');
      underway.push(store(part, buffers));
      if (underway.length >= BACKUP_PARTS_UNDERWAY_MAX) await writeOldest();
    }
    while (underway.length > 0) await writeOldest();
    report({ done: total, total });
    return written;
  } finally {
    await Promise.allSettled(underway);
  }
}

interface StoredPart {
  readonly stored: Uint8Array;
  readonly part: BackupPart;
}

async function store(builder: PartBuilder, buffers: PartBuffers): Promise<StoredPart> {
  const { bytes, description } = builder.finish();
  const stored = await compress(bytes);
  buffers.giveBack(bytes);
  return { stored, part: { ...description, size: stored.length, digest: digestOf(stored) } };
}

function rowCount(from: ChainEnd | null, to: ChainEnd): number {
  const of = (end: ChainEnd | null): number =>
    end === null ? 0 : 2 * (end.height + 1) + end.log_size + end.pages + end.values;
  return of(to) - of(from);
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(value)) as { readonly [key: string]: Json };
}
