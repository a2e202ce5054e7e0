import { QuantumLockError } from '../../base/errors.ts';

/** RFC 9285: the characters that a QR code packs most densely, two bytes into three of them. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const DIGITS = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 2) {
    const high = bytes[index] ?? 0;
    const low = bytes[index + 1];
    const value = low === undefined ? high : high * 256 + low;
    // RFC 9285 §4: least significant digit first; a last byte alone takes two digits.
    text += digit(value % 45) + digit(Math.floor(value / 45) % 45);
    if (low !== undefined) text += digit(Math.floor(value / 2025));
  }
  return text;
}

function digit(value: number): string {
  return ALPHABET.charAt(value);
}

/** @throws DOCUMENT_INVALID for another character, an impossible length, or a group that stands for no bytes */
export function decodeBase45(text: string): Uint8Array {
  if (text.length % 3 === 1) throw refused('of an impossible length');
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index += 3) {
    const group = text
      .slice(index, index + 3)
      .split('')
      .map((character) => DIGITS.get(character));
    let value = 0;
    for (const [place, part] of group.entries()) {
      if (part === undefined) throw refused('in another alphabet');
      value += part * 45 ** place;
    }
    if (value > (group.length === 3 ? 0xffff : 0xff)) throw refused('beyond what its bytes can hold');
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

function refused(what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the base45 text is ${what}`);
}
