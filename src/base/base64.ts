import { QuantumLockError } from './errors.ts';

/** Base 64 (RFC 4648 §4) with padding, so that bytes have one text and a text one meaning. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128).fill(255);
for (const [value, character] of Array.from(ALPHABET).entries()) VALUES[character.charCodeAt(0)] = value;

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.subarray(index, index + 3);
    const group = first * 65_536 + (second ?? 0) * 256 + (third ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += second === undefined ? '=' : ALPHABET.charAt((group >> 6) & 63);
    text += third === undefined ? '=' : ALPHABET.charAt(group & 63);
  }
  return text;
}

/** @throws DOCUMENT_INVALID for another alphabet, white space, missing padding, or bits that no byte has */
export function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw refused('of an impossible length');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4));
  let bits = 0;
  let count = 0;
  let offset = 0;
  for (let index = 0; index < digits; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? 255;
    if (value > 63) throw refused('in another alphabet');
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[offset++] = (bits >> count) & 0xff;
  }
  if ((bits & ((1 << count) - 1)) !== 0) throw refused('longer than the bytes that it stands for');
  return bytes;
}

function refused(what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the base64 text is ${what}`);
}
