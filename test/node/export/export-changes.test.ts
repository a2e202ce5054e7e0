import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeHash } from '../../../src/base/bytes.ts';
import { encodeManifestLine } from '../../../src/ledger/documents/export-lines.ts';
import {
  decodeSignedExport,
  type ExportKind,
  type SignedExport,
} from '../../../src/ledger/documents/export-manifest.ts';

import { manifestPathOf } from '../../../src/node/export/make-export.ts';
import { verifyExport } from '../../../src/node/export/verify-export.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { sealingKey } from '../../crash/test-chain.ts';
import { exportTo, growChain, root, signAs, trusted } from './exported-chain.ts';
import { sha256 } from '#sha256';

/** 1,000 changes in a soak, in each of two ways: by a stranger, and by whoever signs. */
const CHANGES = isSoak ? 1_000 : 60;

beforeAll(() => growChain({ single: 8, batches: 6 }), 120_000);

const random = SeededRandom.announced('export-changes');

/** A record of a file by itself, with its end. */
function recordsOf(kind: ExportKind, text: string): string[] {
  if (kind !== 'csv') return text.split(/(?<=\n)/);
  return text.split(/(?<=\r\n)/);
}

/** Drops, repeats, swaps or changes one record. */
function changed(
  records: readonly string[],
  from: number,
  end: number,
): { readonly how: string; readonly records: string[] } {
  const at = random.between(from, end - 1);
  const copy = [...records];
  const record = copy[at] as string;
  switch (random.below(5)) {
    case 0:
      copy.splice(at, 1);
      return { how: `record ${at} dropped`, records: copy };
    case 1:
      copy.splice(random.between(from, end - 1), 0, record);
      return { how: `record ${at} repeated`, records: copy };
    case 2: {
      const other = random.between(from, end - 1);
      [copy[at], copy[other]] = [copy[other] as string, record];
      return { how: `records ${at} and ${other} swapped`, records: copy };
    }
    case 3: {
      const place = random.below(record.length - 1);
      const letter = String.fromCodePoint(33 + random.below(90));
      copy[at] = record.slice(0, place) + letter + record.slice(place + 1);
      return { how: `letter ${place} of record ${at} is ${letter}`, records: copy };
    }
    default: {
      const place = random.below(record.length - 1);
      copy[at] = record.slice(0, place) + record.slice(place + 1 + random.below(8));
      return { how: `record ${at} lacks letters at ${place}`, records: copy };
    }
  }
}

async function isAccepted(path: string): Promise<boolean> {
  try {
    return (await verifyExport({ path, trusted: trusted() })).report.ok;
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(?:EXPORT_INVALID|DOCUMENT_INVALID|INPUT_INVALID)$/) as string,
    });
    return false;
  }
}

describe.each(['jsonl', 'csv', 'cef'] as const)('a record of an export as %s', (kind) => {
  test('that is dropped, added, swapped or changed makes it fail', async () => {
    const { path } = await exportTo(kind, { text: 'env' });
    const text = readFileSync(path, 'utf8');
    const records = recordsOf(kind, text);
    expect(await isAccepted(path)).toBe(true);
    const other = join(root, `changed.${kind}`);
    if (kind !== 'jsonl') writeFileSync(manifestPathOf(other), readFileSync(manifestPathOf(path)));
    for (let round = 0; round < CHANGES; round++) {
      const { how, records: found } = changed(records, 0, records.length);
      if (found.join('') === text) continue;
      writeFileSync(other, found.join(''));
      expect(await isAccepted(other), how).toBe(false);
    }
  }, 600_000);
});

/** What the exporter states of a transaction is changed by whoever signs as they like; nothing else is. */
const withoutStated = (line: string): string =>
  line.replace(/"(?:env_id|member_id|member_name|summary)":(?:null|"(?:[^"\\]|\\.)*"),?/g, '');

describe('whoever signs an export', () => {
  test('can change nothing of what its lines prove', async () => {
    const { path } = await exportTo('jsonl', { signer: 'engineer' });
    const lines = recordsOf('jsonl', readFileSync(path, 'utf8'));
    const signed = decodeSignedExport((lines.at(-1) as string).slice('{"manifest":'.length, -2));
    const content = lines.slice(0, -1);
    const other = join(root, 'resigned.jsonl');
    writeFileSync(other, await resigned(content, signed));
    expect(await isAccepted(other)).toBe(true);
    let tried = 0;
    while (tried < CHANGES) {
      const { how, records } = changed(content, 0, content.length);
      if (withoutStated(records.join('')) === withoutStated(content.join(''))) continue;
      tried++;
      writeFileSync(other, await resigned(records, signed));
      expect(await isAccepted(other), how).toBe(false);
    }
  }, 600_000);
});

/** The same lines, signed again by the validator as if they were what it exported. */
async function resigned(content: readonly string[], signed: SignedExport): Promise<string> {
  const text = content.join('');
  const bytes = new TextEncoder().encode(text);
  const manifest = {
    ...signed.manifest,
    rows: content.filter((line) => line.startsWith('{"row":')).length,
    size_bytes: bytes.length,
    digest: encodeHash(sha256(bytes)),
  };
  const by = await signAs(sealingKey())(manifest);
  return text + encodeManifestLine({ ...signed, manifest, ...by });
}
