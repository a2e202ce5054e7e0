import { mkdirSync } from 'node:fs';
import type { Hash } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BACKUP_CHAIN_FILES_MAX } from '../../base/limits.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { HeadRecordWriter } from '../history/head-record.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { ChainRowWriter } from './chain-row-writer.ts';
import { ContentRowWriter } from './content-row-writer.ts';
import { invalidBackup, type BackupManifest, type ChainEnd } from './backup-format.ts';
import { assertCardFits, type SignedCard } from './backup-card.ts';
import { backupName } from './backup-summary.ts';
import { assertSigned, signerAt, type BackupSigner } from './backup-signer.ts';
import type { BackupKeys } from './encryption.ts';
import { writeRestoredConfig } from './restored-config.ts';
import { openBackup, readPartRows } from './open-backup.ts';
import type { OpenedBackup } from './opened-backup.ts';
import { isChainTable } from './tables.ts';

export interface ExtractOptions {
  /** A full backup, and incremental ones that continue it, in any order. */
  readonly files: readonly string[];
  /** A directory that is not there yet: it becomes a data directory without keys. */
  readonly into: string;
  readonly keys: BackupKeys;
  /** Of those that lay beside a card: the card must be theirs. */
  readonly cards?: readonly SignedCard[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the backups that are taken over, of all. */
  readonly report: (progress: { readonly done: number; readonly total: number }) => void;
}

/** A backup, or several that continue one another, as the manifest of each says. */
export interface ExtractedBackup {
  readonly chain: ChainRoot;
  /** Where the newest of them ends. */
  readonly end: ChainEnd;
  /** Oldest first. */
  readonly backups: readonly {
    readonly path: string;
    /** The digest of its manifest. */
    readonly backup: Hash;
    readonly manifest: BackupManifest;
    /** By the state of the chain itself: so believed as far as its genesis is. */
    readonly signer: BackupSigner;
  }[];
  /** Whether content is in it. */
  readonly hasContent: boolean;
}

/**
 * Lays out what backups hold as a data directory that can be read: chain.db, the content, node.json and head.record. Every
 * byte is checked against the signed manifests, and their signers against the chain that comes out. The chain itself is not
 * replayed here: that is {@link verifyNode}'s. What was laid out when this throws is of no use, and is the caller's to remove.
 * @throws BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_KEY_REQUIRED, BACKUP_SIGNER_UNKNOWN, PASSPHRASE_WRONG, NOT_FOUND,
 *   STORAGE_FULL, STORAGE_FAILED, CANCELLED
 */
export async function extractBackup(options: ExtractOptions): Promise<ExtractedBackup> {
  const { into, files, keys, signal } = options;
  if (files.length === 0 || files.length > BACKUP_CHAIN_FILES_MAX)
    throw new QuantumLockError(
      'INPUT_INVALID',
      `${files.length} files were named; a backup has 1 to ${BACKUP_CHAIN_FILES_MAX}`,
    );
  try {
    mkdirSync(into, { mode: 0o700 });
  } catch (error) {
    throw storageError(into, error);
  }
  const opened: OpenedBackup[] = [];
  try {
    for (const file of files) opened.push(await openBackup(file, { keys, scratch: into, signal }));
    const ordered = inOrder(opened);
    const { verify } = loadSignatureVerifier();
    for (const { signed } of ordered) assertSigned(signed, verify);
    assertCards(ordered, options.cards ?? []);
    await layOut(ordered, options);
    return conclude(ordered, into);
  } finally {
    for (const backup of opened) await backup.close();
  }
}

/** Oldest first: the full one, then each that continues the one before. @throws BACKUP_INVALID, BACKUP_BASE_MISSING */
export function inOrder(opened: readonly OpenedBackup[]): readonly [OpenedBackup, ...OpenedBackup[]] {
  const [first, ...others] = opened.toSorted((one, other) => one.signed.manifest.depth - other.signed.manifest.depth);
  if (first === undefined || first.signed.manifest.base !== null)
    throw new QuantumLockError(
      'BACKUP_BASE_MISSING',
      `the full backup is missing that ${first?.path ?? 'it'} continues`,
      {
        context: { place: first?.path ?? '', base: first?.signed.manifest.base ?? null },
      },
    );
  let before = first;
  for (const next of others) {
    assertGoesOn(before, next);
    before = next;
  }
  return [first, ...others];
}

/** @throws BACKUP_INVALID */
function assertCards(ordered: readonly OpenedBackup[], cards: readonly SignedCard[]): void {
  for (const signed of cards) {
    const { card } = signed;
    const found = ordered.find(({ backup }) => backup === card.backup);
    if (found === undefined)
      throw invalidBackup(
        `card of ${backupName(card, card.backup)}`,
        'is of none of the backups that are in the files',
      );
    assertCardFits(signed, found);
  }
}

function assertGoesOn(before: OpenedBackup, next: OpenedBackup): void {
  const { genesis, to } = before.signed.manifest;
  const { manifest } = next.signed;
  if (manifest.genesis !== genesis)
    throw invalidBackup(next.path, `is of another chain than ${before.path}: its genesis is ${manifest.genesis}`);
  if (manifest.base !== before.backup)
    throw new QuantumLockError(
      'BACKUP_BASE_MISSING',
      `${next.path} continues the backup ${manifest.base ?? 'none'}, and not ${before.path}, which is ${before.backup}`,
      { context: { place: next.path, base: manifest.base } },
    );
  if (encodeCanonicalText(manifest.from) !== encodeCanonicalText(to))
    throw invalidBackup(next.path, 'begins elsewhere than the backup that it continues ends');
}

async function layOut(ordered: readonly OpenedBackup[], { into, report, signal }: ExtractOptions): Promise<void> {
  const paths = dataPaths(into);
  const [{ signed }] = ordered as readonly [OpenedBackup];
  const total = ordered.reduce(
    (sum, each) => sum + each.signed.manifest.parts.reduce((all, { size }) => all + size, 0),
    0,
  );
  let done = 0;
  const chain = new ChainRowWriter(paths.chain, signed.manifest.chain_id);
  let content: ContentRowWriter | null = null;
  try {
    for (const backup of ordered) {
      const { parts } = backup.signed.manifest;
      for (const [index, { table, size }] of parts.entries()) {
        if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'it was stopped');
        const rows = await readPartRows(backup, index);
        if (isChainTable(table)) chain.add(table, rows);
        else (content ??= new ContentRowWriter(paths.blobs)).add(table, rows);
        report({ done: (done += size), total });
      }
    }
    chain.finish();
  } catch (error) {
    throw storageError(into, error);
  } finally {
    chain.close();
    content?.close();
  }
}

function conclude(ordered: readonly [OpenedBackup, ...OpenedBackup[]], into: string): ExtractedBackup {
  const paths = dataPaths(into);
  const newest = ordered.at(-1) ?? ordered[0];
  const { chain_id, genesis, node, to } = newest.signed.manifest;
  const { reader, database } = openExtracted(paths.chain);
  try {
    assertEnds(reader, newest.signed.manifest);
    const backups = ordered.map(({ path, backup, signed: { manifest, public_key } }) => ({
      path,
      backup,
      manifest,
      signer: signerAt(reader, manifest.to.height, public_key),
    }));
    writeHeadRecord(paths.chain, reader, to);
    writeRestoredConfig(into, node, chain_id);
    syncDirectory(into);
    const hasContent = ordered.some(({ signed: { manifest } }) => manifest.content !== null);
    return { chain: { chain_id, genesis }, end: to, backups, hasContent };
  } finally {
    database.close();
  }
}

function openExtracted(chainDirectory: string): ReturnType<typeof ChainReader.open> {
  try {
    return ChainReader.open(chainDirectory, { pageCacheCount: 256 });
  } catch (cause) {
    throw invalidBackup('chain.db', 'does not come out as a chain', cause);
  }
}

/** The chain that came out is the one that was signed for. @throws BACKUP_INVALID */
function assertEnds(reader: ChainReader, manifest: BackupManifest): void {
  const { to } = manifest;
  try {
    const { header, hash } = reader.provedHead();
    const found: Omit<ChainEnd, 'pages' | 'values'> = {
      height: header.index,
      hash,
      timestamp: header.timestamp,
      state_root: header.state_root,
      log_size: header.log_size,
      log_root: header.log_root,
    };
    const { pages, values, ...named } = to;
    const counts = reader.state.latestCounts();
    const isSame =
      encodeCanonicalText(found) === encodeCanonicalText(named) && counts.pages === pages && counts.values === values;
    if (isSame && reader.chain().genesis === manifest.genesis) return;
  } catch (cause) {
    throw invalidBackup(
      `block ${to.height}`,
      cause instanceof Error ? `does not hold: ${cause.message}` : 'does not hold',
      cause,
    );
  }
  throw invalidBackup(`block ${to.height}`, 'is not where the manifest says that the backup ends');
}

/** As if this machine had sealed its newest block: a copy that is only looked at has seen nothing else. */
function writeHeadRecord(chainDirectory: string, reader: ChainReader, { pages, values }: ChainEnd): void {
  const { header, hash, proof } = reader.provedHead();
  const writer = new HeadRecordWriter(chainDirectory);
  try {
    writer.replace({ genesis: reader.chain().genesis, header, hash, proof, pages, values, grown: {} });
  } finally {
    writer.close();
  }
}
