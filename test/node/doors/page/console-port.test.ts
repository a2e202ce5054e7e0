import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rememberedPort, rememberPort } from '../../../../src/node/doors/page/console-port.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

test('the port of the last console is remembered, for its owner alone', () => {
  const directory = temporaryDirectory();
  expect(rememberedPort(directory)).toBeNull();
  rememberPort(directory, 47_123);
  expect(rememberedPort(directory)).toBe(47_123);
  expect(readFileSync(join(directory, 'console.json'), 'utf8')).toBe('{"port":47123}\n');
  expect(statSync(join(directory, 'console.json')).mode & 0o777).toBe(0o600);
});

test.each(['', '{', '[]', '{"port":0}', '{"port":65536}', '{"port":"80"}', '{"port":1.5}', '{}'])(
  'what is no port is none: %s',
  (text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'console.json'), text);
    expect(rememberedPort(directory)).toBeNull();
  },
);

test('where it cannot be remembered, nothing fails', () => {
  const directory = join(temporaryDirectory(), 'gone');
  rememberPort(directory, 1);
  expect(rememberedPort(directory)).toBeNull();
  const file = temporaryDirectory();
  writeFileSync(join(file, 'console.json'), '{"port":5}');
  chmodSync(join(file, 'console.json'), 0o644);
  rememberPort(file, 65_535);
  expect(rememberedPort(file)).toBe(65_535);
});
