import { decodeUtf8 } from '../../../../src/base/bytes.ts';
import { OFFLINE_NOTE_SIZE_BYTES_MAX } from '../../../../src/base/limits.ts';
import { decodeApproval, type Approval } from '../../../../src/ledger/documents/approval.ts';
import { CODE_LINE_START, FrameCollector, isCompressed } from '../../../../src/ledger/documents/qr-frames.ts';
import { inflate } from './zlib.ts';

/** What has been read so far of approvals that come as text or as codes. */
export interface ApprovalsRead {
  readonly approvals: readonly Approval[];
  /** Parts of an animated code that are missing still; null while none has begun. */
  readonly parts: { readonly total: number; readonly missing: number } | null;
}

/** Takes texts from anywhere: approvals as files or lines, several at once, or frames of a code. */
export class ApprovalReader {
  readonly #frames = new FrameCollector();

  /** @throws DOCUMENT_INVALID */
  async read(text: string): Promise<ApprovalsRead> {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const approvals: Approval[] = [];
    let parts: ApprovalsRead['parts'] = null;
    for (const line of lines.length === 0 ? [''] : lines) {
      if (!line.startsWith(CODE_LINE_START)) {
        approvals.push(decodeApproval(line));
        continue;
      }
      const progress = this.#frames.add(line);
      if (progress.outcome === 'complete') {
        this.#frames.reset();
        const { bytes } = progress;
        approvals.push(
          decodeApproval(decodeUtf8(isCompressed(bytes) ? await inflate(bytes, OFFLINE_NOTE_SIZE_BYTES_MAX) : bytes)),
        );
        parts = null;
      } else parts = { total: progress.total, missing: progress.missing.length };
    }
    return { approvals, parts };
  }

  reset(): void {
    this.#frames.reset();
  }
}
