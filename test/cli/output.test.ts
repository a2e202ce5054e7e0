import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../build/checkout.mjs';
import { QuantumLockError } from '../../src/base/errors.ts';
import { createOutput, fields, table, time, writeError } from '../../src/cli/output.ts';

/** What could drive a terminal, or begin a line that the program did not begin. */
const HOSTILE = [
  '\u001b[2K\u001b[1A\u001b[32mAPPROVED\u001b[0m',
  '\u009b2J\u009d0;title\u009c',
  'a\r\nok      everything verifies',
  'x\u2028y\u2029z\u0085',
  '\u001b]8;;http://evil\u0007link',
  '\u0008\u0008\u007f\u0000',
  '\u202egnp.exe\u2066\u3164',
];
const RAW = /[\p{Cc}\u2028\u2029\u202e\u2066\u3164]/u;

function written({ json = false, isTTY = false } = {}) {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ isTTY, write: (text: string) => (texts[name] += text) });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  return { texts, streams, output: createOutput({ json, streams }) };
}

describe.each(HOSTILE)('the text %j', (text) => {
  test('stays in its cell, its field and its note', () => {
    const { output, texts } = written();
    output.result({}, () => [...fields([[text, text]]), ...table([text, 'b'], [[text, text]]), text]);
    output.note(text);
    expect(texts.stdout.replaceAll('\n', '')).not.toMatch(RAW);
    expect(texts.stderr.replaceAll('\n', '')).not.toMatch(RAW);
    expect(texts.stdout.split('\n')).toHaveLength(1 + 2 + 1 + 1);
    expect(texts.stderr.split('\n')).toHaveLength(2);
  });

  test('stays in an error, its advice, and an error that is none of ours', () => {
    for (const error of [new QuantumLockError('NOT_FOUND', text, { advice: text }), new TypeError(text), text]) {
      const { streams, texts } = written();
      writeError(error, { json: false, streams });
      expect(texts.stderr.replaceAll('\n', '')).not.toMatch(RAW);
      const lines = texts.stderr.trimEnd().split('\n');
      expect(lines.slice(1, -1).every((line) => line.startsWith('    at '))).toBe(true);
    }
  });

  test('is the same text in a JSON document, and escaped there', () => {
    const { output, texts, streams } = written({ json: true });
    output.result({ [text]: text }, () => []);
    expect(texts.stdout.replaceAll('\n', '')).not.toMatch(RAW);
    expect(JSON.parse(texts.stdout)).toEqual({ [text]: text });
    writeError(new QuantumLockError('NOT_FOUND', text), { json: true, streams });
    expect(texts.stderr.replaceAll('\n', '')).not.toMatch(RAW);
    expect(JSON.parse(texts.stderr)).toMatchObject({ error: { message: text } });
  });

  test('is the exact document in a pipe, and readable on a terminal', () => {
    const document = `{"name":"${text}"}\n`;
    const piped = written();
    piped.output.document(document);
    expect(piped.texts.stdout).toBe(document);
    const terminal = written({ isTTY: true });
    terminal.output.document(document);
    expect(terminal.texts.stdout.replaceAll('\n', '')).not.toMatch(RAW);
    expect(terminal.texts.stderr).toContain('--output');
  });
});

test('a table is as wide as what is shown', () => {
  const [header, row] = table(['a', 'b'], [['\u001b', 'x']]);
  expect(header).toBe('a       b');
  expect(row).toBe('\\u{1b}  x');
});

test('a time that no calendar has is shown as its number', () => {
  expect(time(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991 ms');
  expect(time(0)).toBe('1970-01-01 00:00:00Z');
});

test('no command writes or escapes by itself', () => {
  const folder = join(checkoutRoot, 'src', 'cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(30);
  const own = new Set(['output.ts', 'output-stream.ts', 'main.ts']);
  for (const name of files.filter((one) => !own.has(one)))
    expect(readFileSync(join(folder, name), 'utf8'), name).not.toMatch(
      /visibleText|process\.std(?:out|err)\.write|\bconsole\.(?:log|error|warn)/,
    );
});
