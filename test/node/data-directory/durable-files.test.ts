import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { encodeHash, type Hash } from '../../../src/base/bytes.ts';
import { StoredContent } from '../../../src/node/blobs/stored-content.ts';
import { isConfigForeign, recordConfig } from '../../../src/node/data-directory/config-record.ts';
import { logCopy } from '../../../src/node/history/head-copies.ts';
import { StandingAlerts } from '../../../src/node/monitoring/standing-alerts.ts';
import {
  appendLines,
  readLines,
  replaceFile,
  UNFINISHED_NAME,
} from '../../../src/node/data-directory/durable-files.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const hash = (byte: number): Hash => encodeHash(new Uint8Array(32).fill(byte));
const SEEN = { genesis: hash(1), index: 7, hash: hash(2), log_size: 9, log_root: hash(3) };
const ALERT = { code: 'INDEX_DIFFERED', severity: 'warning', message: 'it differed', advice: 'none' } as const;

/** Everything that is kept as lines: writes one, and says whether it is found again. */
const KEPT: readonly {
  readonly what: string;
  readonly file: string;
  readonly keeps: (data: string) => Promise<boolean>;
}[] = [
  {
    what: 'the head that was sealed',
    file: 'signing.log',
    keeps: async (data) => {
      await logCopy(data, Date.now).write(SEEN);
      return (await logCopy(data, Date.now).read())?.index === SEEN.index;
    },
  },
  {
    what: 'which configuration was written',
    file: 'signing.log',
    keeps: (data) => {
      recordConfig(data, 'a configuration');
      return Promise.resolve(isConfigForeign(data, 'another one') && !isConfigForeign(data, 'a configuration'));
    },
  },
  {
    what: 'an alert',
    file: 'alerts.log',
    keeps: (data) => {
      new StandingAlerts(data, Date.now).raise(ALERT);
      return Promise.resolve(new StandingAlerts(data, Date.now).list().some(({ code }) => code === ALERT.code));
    },
  },
  {
    what: 'which content was stored',
    file: 'stored.log',
    keeps: (data) => {
      new StoredContent(data).add([hash(4), hash(5)]);
      const known = new StoredContent(data);
      return Promise.resolve(known.has(hash(4)) && known.has(hash(5)));
    },
  },
];

describe.each(KEPT)('$what', ({ file, keeps }) => {
  test.each(['{"time":1,"sea', `${hash(6)}\n0xab`, '\u{0}\u{0}\u{0}'])(
    'is kept behind a line that was cut short: %j',
    async (cut) => {
      const data = temporaryDirectory();
      appendFileSync(join(data, file), cut);
      expect(await keeps(data)).toBe(true);
      expect(readFileSync(join(data, file), 'utf8').startsWith(`${cut}\n`)).toBe(true);
    },
  );

  test('is in a file that its owner alone reads', async () => {
    const data = temporaryDirectory();
    expect(await keeps(data)).toBe(true);
    expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.platform === 'win32')('is not written through a link', async () => {
    const data = temporaryDirectory();
    const elsewhere = join(data, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, join(data, file));
    await Promise.resolve()
      .then(() => keeps(data))
      .catch(() => false);
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });
});

test('lines are read as they were added; a file that is not there has none', () => {
  const path = join(temporaryDirectory(), 'lines.log');
  expect(readLines(path)).toEqual([]);
  appendLines(path, []);
  expect(readLines(path)).toEqual([]);
  appendLines(path, ['one']);
  appendLines(path, ['two', 'three']);
  expect(readLines(path)).toEqual(['one', 'two', 'three', '']);
});

describe('a file that is replaced', () => {
  test('has the new content, and leaves nothing beside it', () => {
    const data = temporaryDirectory();
    const path = join(data, 'a file');
    for (const content of ['first', Uint8Array.of(1, 2, 3)]) {
      replaceFile(path, content);
      expect(readFileSync(path)).toEqual(Buffer.from(content));
    }
    expect(readdirSync(data)).toEqual(['a file']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('has the old content where it stops before the move', () => {
    const data = temporaryDirectory();
    const path = join(data, 'a file');
    replaceFile(path, 'old');
    const stops = (): never => {
      const [, beside = ''] = readdirSync(data);
      expect(beside).toMatch(UNFINISHED_NAME);
      expect(readFileSync(join(data, beside), 'utf8')).toBe('new');
      throw new Error('stopped');
    };
    expect(() => replaceFile(path, 'new', stops)).toThrow('stopped');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(data)).toEqual(['a file']);
  });

  test('says why where it cannot be', () => {
    const data = temporaryDirectory();
    mkdirSync(join(data, 'a folder'));
    expect(() => replaceFile(join(data, 'a folder'), 'x')).toThrow(coded('STORAGE_FAILED'));
    expect(readdirSync(data)).toEqual(['a folder']);
  });
});
