/**
 * What the independent execution is written in: JSON values, the state as a map, and the shapes that payloads must have.
 * From docs/TECHNICAL_SPEC.md alone: imports nothing of src/.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = { readonly [key: string]: Json };

/** Values by `namespace` and key. */
export class State {
  readonly #values: Map<string, Json>;

  constructor(values: ReadonlyMap<string, Json> = new Map()) {
    this.#values = new Map(values);
  }

  get(namespace: string, key: string): Fields | undefined {
    return this.value(namespace, key) as Fields | undefined;
  }

  value(namespace: string, key: string): Json | undefined {
    return this.#values.get(`${namespace} ${key}`);
  }

  put(namespace: string, key: string, value: Json): void {
    this.#values.set(`${namespace} ${key}`, value);
  }

  remove(namespace: string, key: string): void {
    this.#values.delete(`${namespace} ${key}`);
  }

  copy(): State {
    return new State(this.#values);
  }

  /** The places, `namespace key`, whose values are not those of an earlier state. */
  changedSince(earlier: State): string[] {
    const gone = [...earlier.#values.keys()].filter((place) => !this.#values.has(place));
    const other = [...this.#values].filter(([place, value]) => !equal(earlier.#values.get(place), value));
    return [...other.map(([place]) => place), ...gone];
  }

  entries(namespace: string): (readonly [key: string, value: Json])[] {
    const prefix = `${namespace} `;
    return [...this.#values].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    );
  }
}

// --- Readers -------------------------------------------------------------------------------------------------------

export const isObject = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const fieldsIn = (list: Json | undefined): readonly Fields[] => (isList(list) ? (list as readonly Fields[]) : []);
export const textsIn = (list: Json | undefined): readonly string[] => (isList(list) ? (list as readonly string[]) : []);

// --- Shapes --------------------------------------------------------------------------------------------------------

type Test = (value: Json | undefined) => boolean;
export type Shape = { readonly [field: string]: Test };

export const isText: Test = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 1_024;
/** The ranges of section 1 that no name has. */
const UNSEEN = `
0000–001F, 007F–00A0, 00AD, 034F, 0600–0605, 061C, 06DD, 070F, 0890–0891, 08E2, 115F–1160, 1680, 17B4–17B5, 180B–180F,
2000–200F, 2028–202F, 205F–206F, 2800, 3000, 3164, D800–DFFF, FDD0–FDEF, FE00–FE0F, FEFF, FFA0, FFF0–FFFC, FFFE–FFFF,
110BD, 110CD, 13430–1343F, 13441–13442, 16FE4, 1BCA0–1BCA3, 1D159, 1D173–1D17A, 1FFFE–1FFFF, 2FFFE–2FFFF, 3FFFE–3FFFF,
4FFFE–4FFFF, 5FFFE–5FFFF, 6FFFE–6FFFF, 7FFFE–7FFFF, 8FFFE–8FFFF, 9FFFE–9FFFF, AFFFE–AFFFF, BFFFE–BFFFF, CFFFE–CFFFF,
DFFFE–E0FFF, EFFFE–EFFFF, FFFFE–FFFFF, 10FFFE–10FFFF`
  .split(',')
  .map((range) => range.trim().split('–').map((code) => Number.parseInt(code, 16)));
export const isName: Test = (value) =>
  isText(value) &&
  typeof value === 'string' &&
  value.trim() === value &&
  !value.includes('  ') &&
  Array.from(value).every((mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return UNSEEN.every(([first = 0, last = first]) => code < first || code > last);
  });
export const isIdentifier: Test = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value);
/** Identifiers with slashes between, no longer than one. */
export const isEnvironmentId: Test = (value) =>
  typeof value === 'string' && value.length <= 128 && value.split('/').every((part) => isIdentifier(part));
export const isHash: Test = (value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value);
export const isKey: Test = (value) => typeof value === 'string' && /^0x0[23][0-9a-f]{64}$/.test(value);
export const isSignature: Test = (value) => typeof value === 'string' && /^0x[0-9a-f]{128}$/.test(value);
export const isCount: Test = (value) => typeof value === 'number' && value >= 0;
export const isPositive: Test = (value) => typeof value === 'number' && value >= 1;
export const isOneOf =
  (...names: readonly Json[]): Test =>
  (value) =>
    value !== undefined && names.includes(value);
export const isBetween =
  (least: number, most: number): Test =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
export const isListOf =
  (least: number, most: number, fitsOne: Test): Test =>
  (value) =>
    isList(value) && value.length >= least && value.length <= most && value.every((entry) => fitsOne(entry));
export const optional =
  (fitsOne: Test): Test =>
  (value) =>
    value === undefined || fitsOne(value);
export const fits = (value: Json | undefined, shape: Shape): value is Fields =>
  isObject(value) &&
  Object.keys(value).every((name) => Object.hasOwn(shape, name)) &&
  Object.entries(shape).every(([name, accepts]) => accepts(Object.hasOwn(value, name) ? value[name] : undefined));

// --- Who may do what -----------------------------------------------------------------------------------------------

/** Lowest first. */
export const LEVELS: readonly string[] = ['read_only', 'blue_state', 'validator', 'administrator'];
const PERMISSIONS: { readonly [permission: string]: string } = {
  read_blockchain: 'read_only',
  write_blue_state: 'blue_state',
  promote_to_green: 'validator',
  validate_blocks: 'validator',
  emergency_rollback: 'administrator',
};
export const rankOf = (level: Json | undefined): number => LEVELS.indexOf(textOf(level));
/** The lowest level that holds a permission. */
export const levelWith = (permission: Json | undefined): string => PERMISSIONS[textOf(permission)] ?? 'administrator';

const isThreshold: Test = (value) =>
  fits(value, { count: isPositive }) ||
  (fits(value, { numerator: isPositive, denominator: isPositive }) &&
    Number(value['numerator']) <= Number(value['denominator']));
export const isPolicy: Test = (value) =>
  fits(value, { mode: isOneOf('direct'), permission: isOneOf(...Object.keys(PERMISSIONS)) }) ||
  fits(value, { mode: isOneOf('multisig'), role: isOneOf(...LEVELS), threshold: isThreshold });

// --- Digests -------------------------------------------------------------------------------------------------------

/** Section 1, for values that were read as such. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((entry) => canonical(entry)).join(',')}]`;
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
export const equal = (left: Json | undefined, right: Json | undefined): boolean =>
  left === right || (left !== undefined && right !== undefined && canonical(left) === canonical(right));

const sha256 = (data: string | Buffer): string => `0x${createHash('sha256').update(data).digest('hex')}`;
export const hashOfValue = (value: Json): string => sha256(canonical(value));
/** Section 2: which chain, in which era, a signature is for. */
export interface Domain {
  readonly genesis: string;
  readonly era: number;
}
const preimageOf = (kind: string, { genesis, era }: Domain, value: Json): Buffer => {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(era));
  return Buffer.concat([
    Buffer.from(`quantum-lock/${kind}/v2\u0000`),
    Buffer.from(genesis.slice(2), 'hex'),
    number,
    Buffer.from(canonical(value)),
  ]);
};
export const digestOf = (kind: string, domain: Domain, value: Json): string => sha256(preimageOf(kind, domain, value));

/** SubjectPublicKeyInfo (RFC 8410) of an Ed25519 key, up to the key. */
const EDWARDS_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const EDWARDS_PRIME = 2n ** 255n - 19n;
const EDWARDS_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
/** The y of every point of small order (section 2). */
const SMALL_ORDER: readonly bigint[] = [
  0n,
  1n,
  EDWARDS_PRIME - 1n,
  2_707_385_501_144_840_649_318_225_287_225_658_788_936_804_267_575_313_519_463_743_609_750_303_402_022n,
  55_188_659_117_513_257_062_467_267_217_118_295_137_698_188_065_244_968_500_265_048_394_206_261_417_927n,
];
const littleEndian = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** Whether an Ed25519 key signed a digest of section 2. */
export function isCheckpointSigned({ publicKey, signature, kind, domain, value }: Signed): boolean {
  const key = Buffer.from(publicKey.slice(2), 'hex');
  const bytes = Buffer.from(signature.slice(2), 'hex');
  const y = littleEndian(key) % 2n ** 255n;
  if (y >= EDWARDS_PRIME || SMALL_ORDER.includes(y) || littleEndian(bytes.subarray(32)) >= EDWARDS_ORDER) return false;
  try {
    const spki = createPublicKey({ key: Buffer.concat([EDWARDS_PREFIX, key]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(digestOf(kind, domain, value).slice(2), 'hex'), spki, bytes);
  } catch {
    return false;
  }
}

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** SubjectPublicKeyInfo (RFC 5480) of a compressed secp256k1 point, up to the point. */
const KEY_PREFIX = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');

export interface Signed {
  readonly publicKey: string;
  readonly signature: string;
  readonly kind: string;
  readonly domain: Domain;
  readonly value: Json;
}

const answers = new Map<string, boolean>();
/** Whether a digest of section 2 was signed by this key. Kept, or most of a long run would go into the same few signatures. */
export function isSigned(signed: Signed): boolean {
  const { publicKey, signature, kind, domain, value } = signed;
  const place = `${publicKey} ${signature} ${digestOf(kind, domain, value)}`;
  let answer = answers.get(place);
  if (answer === undefined) answers.set(place, (answer = verifies(signed)));
  return answer;
}

function verifies({ publicKey, signature, kind, domain, value }: Signed): boolean {
  if (BigInt(`0x${signature.slice(66)}`) > HALF_ORDER) return false;
  try {
    const point = Buffer.from(publicKey.slice(2), 'hex');
    const key = createPublicKey({ key: Buffer.concat([KEY_PREFIX, point]), format: 'der', type: 'spki' });
    const bytes = Buffer.from(signature.slice(2), 'hex');
    return verify('sha256', preimageOf(kind, domain, value), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    return false;
  }
}
