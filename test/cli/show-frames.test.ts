import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { durationMs, durationText } from '../../src/cli/governance/duration.ts';
import { successorName } from '../../src/cli/governance/new-key.ts';
import { framesOf } from '../../src/cli/governance/read-document.ts';
import { showFrames } from '../../src/cli/governance/show-frames.ts';
import { splitIntoFrames } from '../../src/ledger/documents/qr-frames.ts';
import { readCodes } from './read-codes.ts';

const FRAMES = splitIntoFrames(Uint8Array.from({ length: 800 }, (_, index) => index % 251));

interface FakeTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly raw: boolean[];
  written(): string;
  press(key: string): void;
}

function fakeTerminal(isTTY: boolean): FakeTerminal {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => raw.push(on) });
  let text = '';
  const output = Object.assign(new PassThrough(), { isTTY }).on('data', (data: Buffer) => (text += data.toString()));
  return {
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    raw,
    written: () => text,
    press: (key) => void input.write(key),
  };
}

describe('frames of a QR code', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('are written once each where there is no terminal', async () => {
    const terminal = fakeTerminal(false);
    await showFrames(FRAMES, terminal);
    expect(readCodes(terminal.written())).toEqual(FRAMES);
  });

  test('follow each other in one place on a terminal until a key is pressed', async () => {
    const terminal = fakeTerminal(true);
    const shown = showFrames(FRAMES, terminal);
    vi.advanceTimersByTime(250 * FRAMES.length);
    const numbers = [...terminal.written().matchAll(/frame (\d) of 3/g)].map(([, number]) => number);
    expect(numbers).toEqual(['1', '2', '3', '1']);
    expect(terminal.written()).toContain('\u001b[97;40m');
    terminal.press('q');
    await shown;
    expect(terminal.raw).toEqual([true, false]);
    const { length } = terminal.written();
    vi.advanceTimersByTime(1_000);
    expect(terminal.written()).toHaveLength(length);
  });

  test('one alone stays without a key', async () => {
    const terminal = fakeTerminal(true);
    await showFrames(FRAMES.slice(0, 1), terminal);
    expect(terminal.written()).not.toContain('any key');
    expect(terminal.raw).toEqual([]);
  });

  test('are compressed where that makes fewer of them', () => {
    expect(framesOf('a'.repeat(3_000))).toHaveLength(1);
    expect(framesOf('quantum-lock-approval-v1:a')).toHaveLength(1);
  });
});

test('a time has one unit', () => {
  expect(['250ms', '90m', '12h', '7d', '2w'].map(durationMs)).toEqual([
    250, 5_400_000, 43_200_000, 604_800_000, 1_209_600_000,
  ]);
  for (const text of ['', '7', 'd', '-1d', '1.5h', '7 d', '9999999999999d', '999999999999w'])
    expect(durationMs(text)).toBeNull();
  for (const text of ['250ms', '90m', '12h', '6d', '2w']) expect(durationText(durationMs(text) ?? 0)).toBe(text);
});

test('the key that takes the place of another has its name and the next number', () => {
  expect(successorName('Ada', new Set(['Ada']))).toBe('Ada (2)');
  expect(successorName('Ada (2)', new Set(['Ada (2)']))).toBe('Ada (3)');
  expect(successorName('Ada (2)', new Set(['Ada (2)', 'Ada (3)']))).toBe('Ada (4)');
  expect(successorName('x'.repeat(100), new Set())).toHaveLength(100);
});
