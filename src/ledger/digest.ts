import { concatBytes, encodeUtf8 } from '../base/bytes.ts';
import { sha256 } from '#sha256';

/** What a digest is over. The tag keeps a digest of one kind from ever being taken for one of another. */
export type DigestKind = 'transaction' | 'block' | 'proposal' | 'genesis';

const SEPARATOR = new Uint8Array(1);

/** SHA-256(`quantum-lock/<kind>/v1` ‖ 0x00 ‖ chain id ‖ 0x00 ‖ bytes): 32 bytes. */
export function digest(kind: DigestKind, chainId: string, bytes: Uint8Array): Uint8Array {
  return sha256(concatBytes(encodeUtf8(`quantum-lock/${kind}/v1`), SEPARATOR, encodeUtf8(chainId), SEPARATOR, bytes));
}
