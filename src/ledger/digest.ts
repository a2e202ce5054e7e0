import { encodeUtf8, encodeUtf8Into } from '../base/bytes.ts';
import { sha256 } from '#sha256';

/** What a digest is over. The tag keeps a digest of one kind from ever being taken for one of another. */
export type DigestKind = 'transaction' | 'block' | 'possession' | 'pre-state' | 'proposal' | 'approval';

/** `quantum-lock/<kind>/v1` ‖ 0x00. */
const TAGS: Readonly<Record<DigestKind, Uint8Array>> = {
  transaction: encodeUtf8('quantum-lock/transaction/v1\0'),
  block: encodeUtf8('quantum-lock/block/v1\0'),
  possession: encodeUtf8('quantum-lock/possession/v1\0'),
  'pre-state': encodeUtf8('quantum-lock/pre-state/v1\0'),
  proposal: encodeUtf8('quantum-lock/proposal/v1\0'),
  approval: encodeUtf8('quantum-lock/approval/v1\0'),
};

/** SHA-256(`quantum-lock/<kind>/v1` ‖ 0x00 ‖ chain id ‖ 0x00 ‖ bytes): 32 bytes. */
export function digest(kind: DigestKind, chainId: string, bytes: Uint8Array): Uint8Array {
  const { scratch, offset } = prepare(kind, chainId, bytes.length);
  scratch.set(bytes, offset);
  return sha256(scratch.subarray(0, offset + bytes.length));
}

/** As {@link digest}, over the UTF-8 of a well-formed text. */
export function digestText(kind: DigestKind, chainId: string, text: string): Uint8Array {
  // A UTF-16 code unit is at most three bytes of UTF-8.
  const { scratch, offset } = prepare(kind, chainId, text.length * 3);
  const written = encodeUtf8Into(text, scratch.subarray(offset));
  return sha256(scratch.subarray(0, offset + written));
}

/** Kept between calls: a digest is made without an allocation of the size of what it is over. */
let kept = new Uint8Array(8 * 1024);

/** The kept bytes with tag and chain id written, large enough for what follows at `offset`. */
function prepare(
  kind: DigestKind,
  chainId: string,
  sizeMax: number,
): { readonly scratch: Uint8Array; readonly offset: number } {
  const tag = TAGS[kind];
  const chain = encodeUtf8(chainId);
  const offset = tag.length + chain.length + 1;
  if (offset + sizeMax > kept.length) kept = new Uint8Array(2 * (offset + sizeMax));
  kept.set(tag);
  kept.set(chain, tag.length);
  kept[offset - 1] = 0;
  return { scratch: kept, offset };
}
