import { structuredPatch } from 'diff';

import type { Difference, DifferenceSide, FileChange, FileDifference, FileView } from '../../api/chain/content.ts';
import type { Hash } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import {
  DIFFERENCE_COUNTED_FILES_MAX,
  DIFFERENCE_COUNTED_SIZE_BYTES_MAX,
  FILE_VIEW_SIZE_BYTES_MAX,
  LINE_DIFFERENCE_TIMEOUT_MS,
} from '../../base/limits.ts';
import { compareFileEntries, type FileEntry, type FileEntryChange } from '../../ledger/log/file-tree.ts';
import { metadataChanges } from './metadata-changes.ts';

/** What is asked of the blob store: a BlobStore or a BlobReader. */
export interface ContentSource {
  manifest(stateHash: Hash): readonly FileEntry[] | null;
  readFile(contentHash: Hash): Promise<Uint8Array>;
}

type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly text: null }
  | { readonly kind: 'too_large'; readonly text: null };

const NOTHING: FileContent = { kind: 'text', text: '' };
const CONTEXT_LINES = 3;

/** What differs between two environments: metadata, files, and how many lines of each. @throws BLOB_CORRUPT */
export async function compareEnvironments(
  source: ContentSource,
  sides: { readonly before: DifferenceSide; readonly after: DifferenceSide },
): Promise<Difference> {
  const before = entriesOf(source, sides.before);
  const after = entriesOf(source, sides.after);
  const metadata = metadataChanges(metadataOf(sides.before), metadataOf(sides.after));
  if (before === null || after === null) return { metadata, files: [], files_unchanged: 0, files_known: false };
  const { changes, unchanged } = compareFileEntries(before, after);
  const files: FileChange[] = [];
  const budget = { files: DIFFERENCE_COUNTED_FILES_MAX, sizeBytes: DIFFERENCE_COUNTED_SIZE_BYTES_MAX };
  for (const change of changes) files.push({ ...change, ...(await countLines(source, change, budget)) });
  return { metadata, files, files_unchanged: unchanged, files_known: true };
}

/** One file, line by line; a side whose state hash is null, or that has no such file, counts as empty. @throws NOT_FOUND, BLOB_MISSING, BLOB_CORRUPT */
export async function compareFile(
  source: ContentSource,
  sides: { readonly before_state_hash: Hash | null; readonly after_state_hash: Hash | null; readonly path: string },
): Promise<FileDifference> {
  const before = findFile(source, sides.before_state_hash, sides.path);
  const after = findFile(source, sides.after_state_hash, sides.path);
  if (before === null && after === null) throw noSuchFile(sides.path);
  const left = await readContent(source, before);
  const right = await readContent(source, after);
  if (left.kind === 'too_large' || right.kind === 'too_large') return { kind: 'too_large', hunks: [] };
  if (left.kind === 'binary' || right.kind === 'binary') return { kind: 'binary', hunks: [] };
  return { kind: 'text', hunks: hunksOf(left.text, right.text) };
}

/** One file of a stored directory. @throws NOT_FOUND, BLOB_MISSING, BLOB_CORRUPT */
export async function viewFile(source: ContentSource, stateHash: Hash, path: string): Promise<FileView> {
  const entry = findFile(source, stateHash, path);
  if (entry === null) throw noSuchFile(path);
  const { kind, text } = await readContent(source, entry);
  return { path, size_bytes: entry.size_bytes, content_hash: entry.content_hash, kind, text };
}

function entriesOf(source: ContentSource, side: DifferenceSide): readonly FileEntry[] | null {
  return 'nothing' in side ? [] : source.manifest(side.state_hash);
}

function metadataOf(side: DifferenceSide): JsonObject {
  return 'nothing' in side ? {} : side.metadata;
}

function findFile(source: ContentSource, stateHash: Hash | null, path: string): FileEntry | null {
  if (stateHash === null) return null;
  const entries = source.manifest(stateHash);
  if (entries === null) {
    throw new QuantumLockError('BLOB_MISSING', `the files of ${stateHash} are not in this machine's blob store`);
  }
  return entries.find((entry) => entry.path === path) ?? null;
}

async function readContent(source: ContentSource, entry: FileEntry | null): Promise<FileContent> {
  if (entry === null) return NOTHING;
  if (entry.size_bytes > FILE_VIEW_SIZE_BYTES_MAX) return { kind: 'too_large', text: null };
  return decodeContent(await source.readFile(entry.content_hash));
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text is valid UTF-8 without a NUL; anything else is shown as binary. */
function decodeContent(bytes: Uint8Array): FileContent {
  if (bytes.includes(0)) return { kind: 'binary', text: null };
  try {
    return { kind: 'text', text: decoder.decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'binary', text: null };
    throw error;
  }
}

interface LineCounts {
  readonly lines_added: number | null;
  readonly lines_removed: number | null;
}

const NOT_COUNTED: LineCounts = { lines_added: null, lines_removed: null };

async function countLines(
  source: ContentSource,
  { kind, before, after }: FileEntryChange,
  budget: { files: number; sizeBytes: number },
): Promise<LineCounts> {
  if (kind === 'mode') return { lines_added: 0, lines_removed: 0 };
  const sizeBytes = (before?.size_bytes ?? 0) + (after?.size_bytes ?? 0);
  if (budget.files === 0 || sizeBytes > budget.sizeBytes) return NOT_COUNTED;
  const tooLarge = [before, after].some((entry) => (entry?.size_bytes ?? 0) > FILE_VIEW_SIZE_BYTES_MAX);
  if (tooLarge) return NOT_COUNTED;
  budget.files -= 1;
  budget.sizeBytes -= sizeBytes;
  const left = await readContent(source, before);
  const right = await readContent(source, after);
  if (left.kind !== 'text' || right.kind !== 'text') return NOT_COUNTED;
  const lines = hunksOf(left.text, right.text).flatMap((hunk) => hunk.lines);
  return {
    lines_added: lines.filter((line) => line.kind === 'added').length,
    lines_removed: lines.filter((line) => line.kind === 'removed').length,
  };
}

type Hunk = FileDifference['hunks'][number];
type Line = Hunk['lines'][number];

const LINE_KINDS: Readonly<Record<string, Line['kind']>> = { ' ': 'same', '+': 'added', '-': 'removed' };
/** The patch format's remark on the line before it, and no line of the file. */
const NO_NEWLINE_MARK = '\\';

function hunksOf(before: string, after: string): Hunk[] {
  if (before === after) return [];
  const patch = structuredPatch('', '', before, after, '', '', {
    context: CONTEXT_LINES,
    timeout: LINE_DIFFERENCE_TIMEOUT_MS,
  });
  // No shortest comparison in time: all of the one, then all of the other, is right too.
  if (patch === undefined) return [wholeHunk(before, after)];
  return patch.hunks.map((hunk) => ({
    before_start: hunk.oldStart,
    after_start: hunk.newStart,
    lines: linesOf(hunk.lines),
  }));
}

function linesOf(patchLines: readonly string[]): Line[] {
  const lines: Line[] = [];
  for (const patchLine of patchLines) {
    const kind = LINE_KINDS[patchLine.charAt(0)];
    const last = lines.at(-1);
    if (kind !== undefined) lines.push({ kind, text: patchLine.slice(1) });
    else if (patchLine.startsWith(NO_NEWLINE_MARK) && last !== undefined) {
      lines[lines.length - 1] = { ...last, text: `${last.text}${NO_NEWLINE_REMARK}` };
    }
  }
  return lines;
}

/** Without it a line that lost its end would look unchanged. */
const NO_NEWLINE_REMARK = ' ⟨no newline at the end⟩';

function wholeHunk(before: string, after: string): Hunk {
  const lines = (text: string, kind: Line['kind']): Line[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => ({ kind, text: line }));
  return {
    before_start: 1,
    after_start: 1,
    lines: [...lines(before, 'removed'), ...lines(after, 'added')],
  };
}

function noSuchFile(path: string): QuantumLockError {
  return new QuantumLockError('NOT_FOUND', `there is no file ${JSON.stringify(path)}`);
}
