import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkHanded, type CheckedFile } from '../../../renderer/check/check-handed.ts';
import { EXPORT_KINDS } from '../../../src/ledger/documents/export-manifest.ts';
import { manifestPathOf } from '../../../src/node/export/make-export.ts';
import { verifyExport } from '../../../src/node/export/verify-export.ts';
import { coded } from '../../coded.ts';
import { exportTo, growChain, trusted } from './exported-chain.ts';

/** What the page finds of a file that is dropped on it, held against what `dm` finds. */

beforeAll(() => growChain({ single: 4, batches: 2 }), 120_000);

const fileOf = (path: string, bytes: Uint8Array = readFileSync(path)): File =>
  new File([new Uint8Array(bytes)], basename(path));

const check = (files: readonly File[], signal = new AbortController().signal): Promise<CheckedFile> =>
  checkHanded(files, trusted(), { signal, onProgress: () => undefined });

describe('an export that is handed to the page', () => {
  test.each(EXPORT_KINDS)('as %s is found to be what dm finds, with its manifest', async (kind) => {
    const { path, manifestPath } = await exportTo(kind);
    const files = manifestPath === path ? [fileOf(path)] : [fileOf(manifestPath), fileOf(path)];
    const found = await check(files);
    const { report } = await verifyExport({ path, trusted: trusted() });
    expect(found).toMatchObject({ name: `export.${kind}`, what: `Audit export (${kind})`, report });
    expect(report.ok).toBe(true);
    expect(found.shows.length).toBeGreaterThan(1);
  });

  test('with a byte changed is refused', async () => {
    const { path } = await exportTo('csv');
    const bytes = readFileSync(path);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    const { report, shows } = await check([fileOf(path, bytes), fileOf(manifestPathOf(path))]);
    expect(report.ok).toBe(false);
    expect(shows).toEqual([]);
    const rows = (await exportTo('jsonl')).path;
    const text = readFileSync(rows, 'utf8');
    const dropped = text.split('\n').toSpliced(5, 1).join('\n');
    await expect(check([fileOf(rows, Buffer.from(dropped))])).rejects.toEqual(coded('EXPORT_INVALID'));
    await expect(check([fileOf(rows, Buffer.from(text.slice(0, -7)))])).rejects.toEqual(coded('EXPORT_INVALID'));
  });

  test('without its manifest, alone as a manifest, or beside another file says what to take', async () => {
    const { path, manifestPath } = await exportTo('csv');
    for (const files of [[], [fileOf(manifestPath)], [fileOf(path), fileOf(path)]])
      await expect(check(files)).rejects.toEqual(coded('INPUT_INVALID'));
    await expect(check([fileOf(path)])).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      advice: expect.stringMatching(/take both together/) as string,
    });
  });

  test('is left when the page is', async () => {
    const { path } = await exportTo('jsonl');
    const abort = new AbortController();
    abort.abort(new Error('left'));
    const text = readFileSync(path, 'utf8');
    // Long enough for a turn to pass: it ends at the next one, or with the line that is wrong.
    const long = fileOf(path, Buffer.from(text + text.repeat(3)));
    await expect(check([long], abort.signal)).rejects.toThrow(/left|after the manifest/);
  });
});

test('what is no document at all is refused in words', async () => {
  for (const text of ['', '{}', '[]', 'null', '{"export":{', '{"format":"quantum-lock/approval/v2"}', '\u0000\u0001'])
    await expect(check([new File([text], 'x.json')]), text).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:DOCUMENT_INVALID|EXPORT_INVALID)$/) as string,
    });
});
