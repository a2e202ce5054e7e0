import { assert } from '../../base/assert.ts';

/** Many byte strings in one buffer: a message of this costs a microsecond a transaction, one of objects four. */
export interface PackedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Ends of the parts. */
  readonly ends: Uint32Array<ArrayBuffer>;
}

export function packBytes(parts: readonly Uint8Array[]): PackedBytes {
  const ends = new Uint32Array(parts.length);
  let size = 0;
  for (const [index, part] of parts.entries()) ends[index] = size += part.length;
  const bytes = new Uint8Array(size);
  for (const [index, part] of parts.entries()) bytes.set(part, index === 0 ? 0 : ends[index - 1]);
  return { bytes, ends };
}

export function unpackBytes({ bytes, ends }: PackedBytes): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let begin = 0;
  for (const end of ends) {
    assert(end >= begin && end <= bytes.length, 'packed parts lie within their buffer');
    parts.push(bytes.subarray(begin, end));
    begin = end;
  }
  return parts;
}
