import type { Json } from './canonical.ts';
import { QuantumLockError } from './errors.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Text as editors of other systems save it begins with a mark that belongs to the encoding, not to the text. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

/**
 * JSON that somebody wrote, read as it is or not at all: a number that JSON would round is refused, and so is a key
 * that stands twice, of which JSON would keep the last. A byte-order mark is skipped.
 * @throws INPUT_INVALID, VALUE_NOT_ALLOWED
 */
export function parseStrictJson(source: string): Json {
  const text = withoutByteOrderMark(source);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', `not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`, {
      cause,
    });
  }
  assertExact(text);
  return value as Json;
}

/** What JSON consists of, one at a time; white space, commas and literals are between and tell nothing. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:]/g;

/** `text` is known to be JSON. */
function assertExact(text: string): void {
  /** The keys of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let string: string | null = null;
  for (const [token] of text.matchAll(TOKEN)) {
    switch (token) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(null);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ':':
        addKey(open.at(-1) ?? null, string);
        break;
      default:
        if (token.startsWith('"')) string = token;
        else assertExactNumber(token);
    }
  }
}

function addKey(keys: Set<string> | null, token: string | null): void {
  if (keys === null || token === null) return;
  // Keys are what their text stands for: "a" and "\u0061" are one.
  const key = JSON.parse(token) as string;
  if (keys.has(key)) throw new QuantumLockError('INPUT_INVALID', `the key ${token} stands twice in one object`);
  keys.add(key);
}

function assertExactNumber(token: string): void {
  const read = Number(token);
  if (Number.isFinite(read) && sameDecimal(token, String(read))) return;
  throw new QuantumLockError('VALUE_NOT_ALLOWED', `the number ${token} would be rounded, to ${read}`);
}

function sameDecimal(left: string, right: string): boolean {
  const a = decimalOf(left);
  const b = decimalOf(right);
  return a.digits === b.digits && a.exponent === b.exponent;
}

/** A number's digits without zeros around them, and the power of ten of the last. */
function decimalOf(text: string): { readonly digits: string; readonly exponent: number } {
  const {
    whole = '',
    fraction = '',
    power = '0',
  } = /^-?(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<power>[+-]?\d+))?$/.exec(text)?.groups ?? {};
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return { digits: '', exponent: 0 };
  return { digits: short, exponent: Number(power) - fraction.length + digits.length - short.length };
}
