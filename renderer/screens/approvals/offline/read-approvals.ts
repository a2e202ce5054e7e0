import { decodeUtf8 } from '../../../../src/base/bytes.ts';
import { decodeApproval, type Approval } from '../../../../src/ledger/offline/approval.ts';
import { FrameCollector } from '../../../../src/ledger/offline/qr-frames.ts';

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
  read(text: string): ApprovalsRead {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const approvals: Approval[] = [];
    let parts: ApprovalsRead['parts'] = null;
    for (const line of lines.length === 0 ? [''] : lines) {
      if (!line.startsWith('QL1 ')) {
        approvals.push(decodeApproval(line));
        continue;
      }
      const progress = this.#frames.add(line);
      if (progress.outcome === 'complete') {
        this.#frames.reset();
        approvals.push(decodeApproval(decodeUtf8(progress.bytes)));
        parts = null;
      } else parts = { total: progress.total, missing: progress.missing.length };
    }
    return { approvals, parts };
  }

  reset(): void {
    this.#frames.reset();
  }
}
