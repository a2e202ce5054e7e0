import { isHash, type Hash } from '../../src/base/bytes.ts';
import { CHAIN_FILE_BEGINNING_SIZE_BYTES, chainFileKind } from '../../src/base/chain-file-beginnings.ts';
import { jsonOrNull } from '../../src/base/json-or-null.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX } from '../../src/base/limits.ts';
import { APPROVAL_LINE_START } from '../../src/ledger/documents/approval.ts';
import { CODE_LINE_START } from '../../src/ledger/documents/qr-frames.ts';

/** What a file that was handed over claims to be. Nothing of it is checked yet: who shows it does that. */
export type HandedKind =
  | { readonly kind: 'approval' | 'chain' | 'document' }
  | { readonly kind: 'proposal'; readonly proposal_id: Hash };

const DOCUMENT: HandedKind = { kind: 'document' };

/** By what is in it, whatever it is called. */
export async function handedKind(file: File): Promise<HandedKind> {
  const beginning = await file.slice(0, CHAIN_FILE_BEGINNING_SIZE_BYTES).arrayBuffer();
  if (chainFileKind(String.fromCodePoint(...new Uint8Array(beginning))) !== null) return { kind: 'chain' };
  if (file.size > PROPOSAL_FILE_SIZE_BYTES_MAX) return DOCUMENT;
  // Both are canonical JSON, which is one line; several approvals may be in a file.
  const [line = ''] = (await file.text()).trimStart().split('\n', 1);
  if (line.startsWith(CODE_LINE_START) || line.startsWith(APPROVAL_LINE_START)) return { kind: 'approval' };
  const value = jsonOrNull(line);
  if (typeof value !== 'object' || value === null || !('format' in value)) return DOCUMENT;
  const format = String(value.format);
  if (format.startsWith('quantum-lock/approval/')) return { kind: 'approval' };
  if (format.startsWith('quantum-lock/proposal/') && 'proposal_id' in value && isHash(value.proposal_id))
    return { kind: 'proposal', proposal_id: value.proposal_id };
  return DOCUMENT;
}
