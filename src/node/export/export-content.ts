import type { JsonObject } from '../../base/canonical.ts';
import type { ExportKind } from '../../ledger/documents/export-manifest.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { BlockRange } from '../query/asked-blocks.ts';
import type { ContentFile } from './content-file.ts';

/** What is asked for, and of which chain. */
export interface ContentRequest {
  readonly dataDirectory: string;
  /** The newest block that was seen final: a chain that was cut since is not exported as if it were whole. */
  readonly finalHeight?: number | undefined;
  readonly reader: ChainReader;
  readonly kind: ExportKind;
  /** The fields of the audit log's filter that are given: as it stands in the manifest. */
  readonly filter: JsonObject;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** The version of this program. */
  readonly software: string;
}

export interface ContentWork {
  /** In blocks. */
  readonly report: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Writes what one kind of export holds. */
export type WriteContent = (
  content: ContentFile,
  request: ContentRequest,
  work: ContentWork,
) => Promise<{ readonly range: BlockRange; readonly rows: number }>;
