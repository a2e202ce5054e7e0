import { randomInt, timingSafeEqual } from 'node:crypto';

import { sha256 } from '#sha256';

import { encodeUtf8 } from '../../../base/bytes.ts';

const GROUP_COUNT = 6;

/**
 * Six pairs of digits, printed on the terminal next to the console's address. Anyone who can type them sees that
 * terminal: for keys in the keychain, which have no passphrase, they distinguish the person from the page. 40 bits are
 * plenty where a review closes after five wrong tries.
 */
export function createSigningCode(): string {
  return Array.from({ length: GROUP_COUNT }, () => String(randomInt(100)).padStart(2, '0')).join('-');
}

/** Whether what was typed is the code; spaces and dashes do not count. Takes the same time for any wrong one. */
export function isSigningCode(typed: string, code: string): boolean {
  return timingSafeEqual(digestOf(typed), digestOf(code));
}

function digestOf(code: string): Uint8Array {
  return sha256(encodeUtf8(code.replace(/[\s-]/g, '')));
}
