import { decodeHex, encodeUtf8, encodeUtf8Into } from '../../base/bytes.ts';
import type { DigestDomain } from '../chain-identity.ts';
import { sha256 } from '#sha256';

/** What a digest is over. The tag keeps a digest of one kind from ever being taken for one of another. */
export type DigestKind =
  | 'transaction'
  | 'block'
  | 'possession'
  | 'pre-state'
  | 'proposal'
  | 'approval'
  | 'backup'
  | 'backup-card'
  | 'drill'
  | 'export'
  | 'log-in';

/** `quantum-lock/<kind>/v2` ‖ 0x00. */
const TAGS: Readonly<Record<DigestKind, Uint8Array>> = {
  transaction: encodeUtf8('quantum-lock/transaction/v2\0'),
  block: encodeUtf8('quantum-lock/block/v2\0'),
  possession: encodeUtf8('quantum-lock/possession/v2\0'),
  'pre-state': encodeUtf8('quantum-lock/pre-state/v2\0'),
  proposal: encodeUtf8('quantum-lock/proposal/v2\0'),
  approval: encodeUtf8('quantum-lock/approval/v2\0'),
  backup: encodeUtf8('quantum-lock/backup/v2\0'),
  'backup-card': encodeUtf8('quantum-lock/backup-card/v2\0'),
  drill: encodeUtf8('quantum-lock/drill/v2\0'),
  export: encodeUtf8('quantum-lock/export/v2\0'),
  'log-in': encodeUtf8('quantum-lock/log-in/v2\0'),
};

/** The genesis hash and the era, eight bytes, big-endian. */
const DOMAIN_SIZE_BYTES = 40;

/** SHA-256(`quantum-lock/<kind>/v2` ‖ 0x00 ‖ genesis hash ‖ era, 8 bytes, big-endian ‖ bytes): 32 bytes. */
export function digest(kind: DigestKind, domain: DigestDomain, bytes: Uint8Array): Uint8Array {
  const { scratch, offset } = prepare(kind, domain, bytes.length);
  scratch.set(bytes, offset);
  return sha256(scratch.subarray(0, offset + bytes.length));
}

/** As {@link digest}, over the UTF-8 of a well-formed text. */
export function digestText(kind: DigestKind, domain: DigestDomain, text: string): Uint8Array {
  // A UTF-16 code unit is at most three bytes of UTF-8.
  const { scratch, offset } = prepare(kind, domain, text.length * 3);
  const written = encodeUtf8Into(text, scratch.subarray(offset));
  return sha256(scratch.subarray(0, offset + written));
}

/** Kept between calls: a digest is made without an allocation of the size of what it is over. */
let kept = new Uint8Array(8 * 1024);

/** The genesis that was last decoded: nearly every digest of a process is of one chain. */
let lastGenesis = { text: '', bytes: new Uint8Array(32) };

/** The kept bytes with tag and domain written, large enough for what follows at `offset`. */
function prepare(
  kind: DigestKind,
  { genesis, era }: DigestDomain,
  sizeMax: number,
): { readonly scratch: Uint8Array; readonly offset: number } {
  const tag = TAGS[kind];
  const offset = tag.length + DOMAIN_SIZE_BYTES;
  if (offset + sizeMax > kept.length) kept = new Uint8Array(2 * (offset + sizeMax));
  kept.set(tag);
  if (lastGenesis.text !== genesis) lastGenesis = { text: genesis, bytes: new Uint8Array(decodeHex(genesis)) };
  kept.set(lastGenesis.bytes, tag.length);
  const view = new DataView(kept.buffer, kept.byteOffset + tag.length + 32, 8);
  view.setUint32(0, Math.floor(era / 0x1_0000_0000));
  view.setUint32(4, era % 0x1_0000_0000);
  return { scratch: kept, offset };
}
