import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findStockProgram } from '../../../build/stock-programs.mjs';
import { verifyExport } from '../../../src/node/export/verify-export.ts';
import { faultsOf } from './vera-pdf.ts';
import { exportTo, growChain, HOSTILE_NAMES, trusted } from './exported-chain.ts';

/** QL_PICTURES=DIR keeps the reports, to be looked at. */
const pictures = process.env['QL_PICTURES'];

beforeAll(() => growChain({ single: HOSTILE_NAMES.length, batches: 4 }), 120_000);

function kept(path: string, name: string): Buffer {
  const bytes = readFileSync(path);
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(pictures, name), bytes);
  }
  return bytes;
}

describe('a report', () => {
  test('as a page is one file that needs nothing else and runs nothing', async () => {
    const { path } = await exportTo('html');
    const page = kept(path, 'report.html').toString('utf8');
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(page).toContain(`content="default-src 'none'`);
    expect(page).toContain('<h2 id="promotions">Promotions to Green <span class="quiet">10</span></h2>');
    // What people named is text.
    expect(page).toContain('&quot;quoted&quot;, and; more');
    expect((await verifyExport({ path, trusted: trusted() })).report.ok).toBe(true);
  });

  test('on paper is tagged, embeds its fonts, and is the same each time', async () => {
    const [one, other] = [await exportTo('pdf'), await exportTo('pdf')];
    const text = kept(one.path, 'report.pdf').toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    expect(text).toContain('<pdfaid:part>2</pdfaid:part>');
    expect(text).toMatch(/\/Marked true/);
    expect(text).toMatch(/\/FontFile2/);
    expect(text).not.toMatch(/\/JavaScript|\/Launch|\/URI/);
    expect((await verifyExport({ path: one.path, trusted: trusted() })).report.ok).toBe(true);
    expect(readFileSync(other.path).equals(readFileSync(one.path))).toBe(true);
  });

  test('of one environment, or of a period, tells that and no more', async () => {
    const { path } = await exportTo('html', { env_id: 'env-3', from_block: 5 });
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('Audit report of env-3');
    expect(page).not.toContain('Registered env-4');
    expect(page).not.toMatch(/The chain was not frozen|Nobody’s rights/);
    await expect(exportTo('html', { signer: 'engineer' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

const vera = findStockProgram('vera-pdf');

describe.skipIf('reason' in vera)(`veraPDF${'reason' in vera ? ` (skipped: ${vera.reason})` : ''}`, () => {
  test('finds a report to be PDF/A-2a and PDF/UA-1, as it says', async () => {
    const { path } = await exportTo('pdf');
    const jars = 'program' in vera ? vera.program : '';
    expect(faultsOf(jars, path, ['2a', 'ua1'])).toEqual({ '2a': '', ua1: '' });
    // It tells one that is none.
    const other = join(path, '..', 'untagged.pdf');
    writeFileSync(
      other,
      readFileSync(path, 'latin1').replace('/Marked true', '/Marked falsy').replace('<pdfaid:part>2', '<pdfaid:part>9'),
      'latin1',
    );
    expect(faultsOf(jars, other, ['2a'])['2a']).not.toBe('');
  }, 120_000);
});
