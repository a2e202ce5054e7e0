import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { read } from 'xlsx';
import type { ExportRow } from '../../../src/ledger/documents/export-lines.ts';
import { CefFormat } from '../../../src/node/export/cef-format.ts';
import { CsvFormat } from '../../../src/node/export/csv-format.ts';
import type { ExportedBlock } from '../../../src/node/export/exported-blocks.ts';
import { exportTo, growChain, HOSTILE_NAMES } from './exported-chain.ts';

beforeAll(() => growChain({ single: HOSTILE_NAMES.length, batches: 2 }), 120_000);

test('a spreadsheet reads the table whole, and finds no formula in it', async () => {
  const { path, signed } = await exportTo('csv');
  const bytes = readFileSync(path);
  const book = read(bytes, { type: 'buffer', cellFormula: true, raw: false });
  const sheet = book.Sheets[book.SheetNames[0] as string] as Record<
    string,
    { readonly f?: string; readonly v?: unknown }
  >;
  const cells = Object.entries(sheet).filter(([place]) => !place.startsWith('!'));
  expect(cells.filter(([, { f }]) => f !== undefined)).toEqual([]);
  expect(sheet['!ref' as never]).toBe(`A1:J${signed.manifest.rows + 1}`);
  // The same reader takes the same text for a formula where it is not marked.
  const naked = read('=1+1', { type: 'string', cellFormula: true });
  expect((naked.Sheets['Sheet1'] as Record<string, { readonly f?: string }>)['A1']?.f).toBe('1+1');
});

/** Rows of one block that say hostile things wherever a person can have a say. */
function hostileBlock(): ExportedBlock {
  const rows = HOSTILE_NAMES.map((text, index) => ({
    log_index: index,
    block: 1,
    time: 1_800_000_000_000,
    id: '0x00',
    transaction: '{}',
    action: 'create_environment',
    signer: '0x02',
    env_id: 'env',
    member_id: 'engineer',
    member_name: text,
    summary: text,
  })) as unknown as ExportRow[];
  return { block: {} as never, rows };
}

test('what people named is text in every cell, and stands there whole', () => {
  const format = new CsvFormat();
  const book = read(format.begin() + format.block(hostileBlock()), { type: 'string', cellFormula: true, raw: true });
  const sheet = book.Sheets['Sheet1'] as Record<string, { readonly f?: string; readonly v?: unknown }>;
  for (const [index, text] of HOSTILE_NAMES.entries()) {
    for (const column of ['G', 'I']) {
      const { f, v } = sheet[`${column}${index + 2}`] ?? {};
      expect(f).toBeUndefined();
      expect([text, `'${text}`]).toContain(v);
      expect(String(v)).not.toMatch(/^[\s]*[=+\-@＝]/u);
    }
  }
});

/** CEF Implementation Standard: seven headers, in which a pipe and a backslash are escaped, and an extension of key=value, in which = and \ are. */
function parseCef(line: string): {
  readonly headers: readonly string[];
  readonly extension: Readonly<Record<string, string>>;
} {
  const parts = /^CEF:0\|((?:[^|\\]|\\[|\\])*\|){5}((?:[^|\\]|\\[|\\])*)\|/u.exec(line);
  if (parts === null) throw new Error(`not CEF: ${line}`);
  const headers = parts[0]
    .slice(0, -1)
    .split(/(?<!(?<!\\)(?:\\\\)*\\)\|/u)
    .map((text) => text.replaceAll(/\\([|\\])/gu, '$1'));
  const rest = line.slice(parts[0].length);
  const extension: Record<string, string> = {};
  const pair = /(?:^| )([A-Za-z0-9]+)=((?:[^=\\]|\\[=\\nr])*?)(?=$| [A-Za-z0-9]+=)/guy;
  let end = 0;
  for (let match = pair.exec(rest); match !== null; match = pair.exec(rest)) {
    const [, key = '', value = ''] = match;
    if (Object.hasOwn(extension, key)) throw new Error(`${key} stands twice: ${line}`);
    extension[key] = value.replaceAll(/\\([=\\nr])/gu, (_, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? letter);
    end = pair.lastIndex;
  }
  if (end !== rest.length) throw new Error(`not all of it is pairs: ${rest.slice(end)}`);
  return { headers, extension };
}

test('each event is one line of CEF, and says what its row says', async () => {
  const [{ path, signed }, rows] = [await exportTo('cef'), await exportTo('jsonl')];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(signed.manifest.rows);
  const expected = readFileSync(rows.path, 'utf8')
    .split('\n')
    .flatMap((line) =>
      line.startsWith('{"row":') ? [(JSON.parse(line) as { row: Record<string, unknown> }).row] : [],
    );
  for (const [index, line] of lines.entries()) {
    const { headers, extension } = parseCef(line);
    const row = expected[index] as Record<string, unknown>;
    expect(headers).toHaveLength(7);
    expect(headers.slice(0, 5)).toEqual([
      'CEF:0',
      'Quantum-Lock',
      'Ledger',
      '1.2.3',
      (row['transaction'] as { action: string }).action,
    ]);
    expect(Number(headers[6])).toBeGreaterThanOrEqual(0);
    expect(extension).toMatchObject({
      externalId: String(row['log_index']),
      rt: String(Date.parse(row['at'] as string)),
      cs1: row['id'],
      ...(row['env_id'] === null ? {} : { cs2: row['env_id'] }),
      msg: row['summary'],
      cn1: String(row['block']),
    });
  }
});

test('what people named neither ends an event nor adds a field to it', () => {
  const lines = new CefFormat({ version: '1|2\\3', chainId: 'a=b' }).block(hostileBlock()).trimEnd().split('\n');
  expect(lines).toHaveLength(HOSTILE_NAMES.length);
  for (const [index, line] of lines.entries()) {
    const { headers, extension } = parseCef(line);
    expect(headers[3]).toBe('1|2\\3');
    expect(extension).toMatchObject({ suser: HOSTILE_NAMES[index], msg: HOSTILE_NAMES[index], cs4: 'a=b' });
    expect(Object.keys(extension)).toHaveLength(16);
  }
});
