import { expect, test } from 'vitest';

import { decodeHex, encodeUtf8 } from '../../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../../src/base/canonical.ts';
import { stateHashOf, type FileEntry } from '../../../src/ledger/log/file-tree.ts';
import type { ManifestRow } from '../../../src/node/blobs/blob-index.ts';
import { DecodedManifests } from '../../../src/node/blobs/decoded-manifests.ts';
import { hashOf } from '../../crash/test-chain.ts';

function rowOf(text: string): ManifestRow {
  const entries: FileEntry[] = [{ path: 'env.py', mode: 0o644, size_bytes: text.length, content_hash: hashOf(text) }];
  return {
    state_hash: Buffer.from(decodeHex(stateHashOf(entries))),
    entries: Buffer.from(encodeUtf8(encodeCanonicalText(entries as never))),
  };
}

test('a manifest is checked once for the bytes that it is read from, and again where they are others', () => {
  const manifests = new DecodedManifests();
  const row = rowOf('first');
  const entries = manifests.of(row);
  expect(manifests.of({ ...row, entries: Buffer.from(row.entries) })).toBe(entries);

  const changed = { ...row, entries: rowOf('other').entries };
  expect(() => manifests.of(changed)).toThrow(expect.objectContaining({ code: 'BLOB_CORRUPT' }));
  expect(manifests.of(row), 'what is as it was is there again').toEqual(entries);
});
