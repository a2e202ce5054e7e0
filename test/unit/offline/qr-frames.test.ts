import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import fc from 'fast-check';
import { encodeQR } from 'qr';
import { describe, expect, test } from 'vitest';

import { defined } from '../../../src/base/assert.ts';
import { encodeUtf8 } from '../../../src/base/bytes.ts';
import { QR_FRAME_SIZE_BYTES, QR_FRAMES_MAX } from '../../../src/base/limits.ts';
import { decodeBase45, encodeBase45 } from '../../../src/ledger/documents/base45.ts';
import {
  FrameCollector,
  isCompressed,
  splitIntoFrames,
  type FrameProgress,
} from '../../../src/ledger/documents/qr-frames.ts';
import { checkProperty } from '../../property/check-property.ts';
import { rejectsWith } from './rejects-with.ts';

const counts = { small: 300, soak: 10_000 };

/** RFC 9285 §4.3 and §4.4. */
const VECTORS = [
  ['AB', 'BB8'],
  ['Hello!!', '%69 VD92EX0'],
  ['base-45', 'UJCLQE7W581'],
  ['ietf!', 'QED8WEX0'],
] as const;

describe('base45', () => {
  test.each(VECTORS)('has the vectors of RFC 9285: %s', (text, encoded) => {
    expect(encodeBase45(encodeUtf8(text))).toBe(encoded);
    expect(decodeBase45(encoded)).toEqual(encodeUtf8(text));
  });

  test('gives all bytes back, in the alphabet that QR codes pack densely', () => {
    checkProperty(
      'base45',
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const text = encodeBase45(bytes);
        expect(text).toMatch(/^[0-9A-Z $%*+\-./:]*$/);
        expect(decodeBase45(text)).toEqual(bytes);
      }),
      counts,
    );
  });

  // RFC 9285 §6: "GGW" is 65535, ":::" and "ZZ" are beyond.
  test.each(['A', 'ABCD', 'GGX', ':::', 'ZZ', 'abc', 'Ä00', 'A\n0'])('refuses %j', (text) => {
    rejectsWith(() => decodeBase45(text), 'DOCUMENT_INVALID', /base45/);
  });
});

const content = (size: number, seed = 'a'): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => createHash('sha256').update(`${seed}${index}`).digest()[0] ?? 0);

function collect(frames: readonly string[]): FrameProgress {
  const collector = new FrameCollector();
  return defined(frames.map((frame) => collector.add(frame)).at(-1), 'a frame');
}

describe('the frames of an animated QR code', () => {
  test('give the bytes back in any order, with repeats', () => {
    checkProperty(
      'frames',
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 3_000 }).chain((bytes) => {
          const frames = splitIntoFrames(bytes);
          const all = fc.shuffledSubarray([...frames, ...frames], { minLength: frames.length * 2 });
          return fc.record({ bytes: fc.constant(bytes), frames: all });
        }),
        ({ bytes, frames }) => {
          expect(collect(frames)).toEqual({ outcome: 'complete', bytes });
        },
      ),
      counts,
    );
  });

  test('say what is missing', () => {
    const frames = splitIntoFrames(content(1_200));
    expect(frames).toHaveLength(4);
    expect(collect([frames[2] ?? '', frames[0] ?? '', frames[2] ?? ''])).toEqual({
      outcome: 'collecting',
      total: 4,
      missing: [2, 4],
    });
  });

  test('fit a code that a terminal of 80 columns and 40 rows shows, all of them of one size', () => {
    const frames = splitIntoFrames(content(QR_FRAME_SIZE_BYTES * QR_FRAMES_MAX));
    expect(frames).toHaveLength(QR_FRAMES_MAX);
    const widths = [frames.at(0), frames.at(99), frames.at(-1)].map(
      (frame) => encodeQR(frame ?? '', 'raw', { ecc: 'low' }).length,
    );
    // 65 modules, and a margin of two on either side.
    expect(widths).toEqual([69, 69, 69]);
  });

  test('of another code are refused, and what was collected stays', () => {
    const frames = splitIntoFrames(content(700));
    const others = splitIntoFrames(content(700, 'b'));
    const collector = new FrameCollector();
    collector.add(frames[0] ?? '');
    rejectsWith(() => collector.add(others[1] ?? ''), 'DOCUMENT_INVALID', /another code/);
    collector.add(frames[1] ?? '');
    expect(collector.add(frames[2] ?? '')).toMatchObject({ outcome: 'complete' });
    collector.reset();
    expect(collector.add(others[0] ?? '')).toMatchObject({ outcome: 'collecting', missing: [2, 3] });
  });

  test('that were misread are found out, and collecting starts anew', () => {
    const [first = '', second = ''] = splitIntoFrames(content(400));
    const wrong = second.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const collector = new FrameCollector();
    collector.add(first);
    rejectsWith(() => collector.add(wrong), 'DOCUMENT_INVALID');
    collector.add(first);
    expect(collector.add(second)).toMatchObject({ outcome: 'complete' });
  });

  test('damaged at random never give other bytes', () => {
    const bytes = content(500);
    const frames = splitIntoFrames(bytes);
    checkProperty(
      'damaged frames',
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.constantFrom('0', 'A', '9', 'Z', ' ', '$', ':', '/', '%', 'x', '\n'),
        (which, where, letter) => {
          const index = which % frames.length;
          const frame = frames[index] ?? '';
          const at = where % frame.length;
          const damaged = frames.with(index, frame.slice(0, at) + letter + frame.slice(at + 1));
          fc.pre(damaged[index] !== frame);
          try {
            const progress = collect(damaged);
            if (progress.outcome === 'complete') expect(progress.bytes).toEqual(bytes);
          } catch (error) {
            rejectsWith(() => {
              throw error;
            }, 'DOCUMENT_INVALID');
          }
        },
      ),
      counts,
    );
  });

  test.each([
    '',
    'https://example.org/',
    'QL1',
    'QL2 00000000 1/1 BB8',
    'QL1 00000000 0/1 BB8',
    'QL1 00000000 2/1 BB8',
    'QL1 00000000 01/1 BB8',
    'QL1 00000000 1/257 BB8',
    'QL1 00000000 1/99999 BB8',
    'QL1 0000000g 1/1 BB8',
    'QL1 abcdef01 1/1 BB8',
    'QL1 00000000 1/1 ',
    'QL1 00000000 1/1 A',
    // A short frame that is not the last, and one that is too long.
    'QL1 00000000 1/2 BB8',
    `QL1 00000000 1/1 ${encodeBase45(content(QR_FRAME_SIZE_BYTES + 1))}`,
    `QL1 00000000 1/1 ${'0'.repeat(100_000)}`,
  ])('are none: %j', (text) => {
    rejectsWith(() => new FrameCollector().add(text), 'DOCUMENT_INVALID');
  });

  test('tell compressed bytes from a document', () => {
    for (const document of ['{"format":"quantum-lock/approval/v1"}', 'quantum-lock-approval-v1:a:b'])
      for (let level = 0; level <= 9; level++) {
        expect(isCompressed(encodeUtf8(document))).toBe(false);
        expect(isCompressed(deflateSync(document, { level }))).toBe(true);
      }
  });

  test('are not made of nothing, or of what takes too many', () => {
    rejectsWith(() => splitIntoFrames(new Uint8Array()), 'LIMIT_EXCEEDED');
    rejectsWith(
      () => splitIntoFrames(new Uint8Array(QR_FRAME_SIZE_BYTES * QR_FRAMES_MAX + 1)),
      'LIMIT_EXCEEDED',
      /frames/,
    );
  });
});
