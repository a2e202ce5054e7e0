import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openInspection, type InspectionOptions } from '../../../src/node/inspection/open-inspection.ts';
import type { MadeBackup } from '../../../src/node/recovery/write-backup.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { backUp, grow, makeChain, signAsAdministrator, type BackedUpChain } from '../recovery/recovery-fixture.ts';
import { inspectedHost, refused } from './inspected.ts';

const CASES = isSoak ? 500 : 40;
const PASSPHRASE = 'a passphrase of the backup';
const root = mkdtempSync(join(tmpdir(), 'quantum-lock-inspected-backup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
let chain: BackedUpChain;
let full: MadeBackup;

beforeAll(async () => {
  chain = await makeChain(root);
  full = await backUp(chain.data, at('full.backup'));
  await backUp(chain.data, at('document.json'), { withContent: false });
  await backUp(chain.data, at('locked.backup'), { encryption: { passphrase: PASSPHRASE } });
  await backUp(chain.data, at('by-person.backup'), { sign: signAsAdministrator });
  await grow(chain, ['later']);
  await backUp(chain.data, at('more.backup'), { base: full.manifest });
});

async function opened(name: string, options: Partial<InspectionOptions> = {}): ReturnType<typeof openInspection> {
  return openInspection({
    path: at(name),
    verifyThreads: 1,
    onProgress: () => undefined,
    temporaryFolder: temporaryDirectory(),
    ...options,
  });
}

describe('a backup is looked at', () => {
  test('with its content, and by whose key it was signed', async () => {
    const { client, inspection } = await inspectedHost(at('full.backup'));
    expect(inspection.view()).toMatchObject({
      kind: 'backup',
      head: { height: 3 },
      backups: [{ name: 'full.backup', to_height: 3, signer: { kind: 'validator', id: 'authority-1' } }],
      limits: [expect.stringContaining('ends at block 3')],
    });
    const { blue } = await client.chain.environment({ env_id: 'first' });
    const shown = await client.chain.file({ state_hash: blue.state_hash, path: 'a.txt' });
    expect(JSON.stringify(shown)).toContain('the content of first');
    expect(await client.chain.status()).toMatchObject({ alerts: [], health: 'healthy', height: 3 });
  });

  test.each([
    ['as one document', 'document.json', {}],
    ['that is encrypted to a passphrase', 'locked.backup', { keys: { passphrases: [PASSPHRASE], identities: [] } }],
    ['that an administrator signed', 'by-person.backup', {}],
  ])('%s', async (_, name, options) => {
    const inspection = await opened(name, options);
    expect(inspection.head.height).toBe(3);
    expect(inspection.head.hash).toBe(full.manifest.to.hash);
    inspection.close();
  });

  test('with those that go on from it, in any order', async () => {
    for (const [path, more] of [
      ['full.backup', ['more.backup']],
      ['more.backup', ['full.backup']],
    ] as const) {
      const inspection = await opened(path, { more: more.map((name) => at(name)) });
      expect(inspection.head.height).toBe(4);
      expect(inspection.view().backups.map(({ name }) => name)).toEqual(['full.backup', 'more.backup']);
      inspection.close();
    }
  });

  test.each<readonly [string, string, Partial<InspectionOptions>, string]>([
    ['one whose full backup is missing', 'more.backup', {}, 'BACKUP_BASE_MISSING'],
    ['one that is encrypted, with no key', 'locked.backup', {}, 'BACKUP_KEY_REQUIRED'],
    [
      'one that is encrypted, with another passphrase',
      'locked.backup',
      { keys: { passphrases: ['some other passphrase'], identities: [] } },
      'PASSPHRASE_WRONG',
    ],
    ['a file that goes on from no backup', 'data', { more: [join(root, 'full.backup')] }, 'INPUT_INVALID'],
  ])('is refused: %s', async (_, name, options, code) => {
    const temporaryFolder = temporaryDirectory();
    await expect(opened(name, { ...options, temporaryFolder })).rejects.toMatchObject({ code });
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test(`is refused, and leaves nothing: ${CASES} of which a bit is another or the end is missing`, async () => {
    const random = SeededRandom.announced('damaged backups');
    const names = ['full.backup', 'document.json'];
    const temporaryFolder = temporaryDirectory();
    for (let round = 0; round < CASES; round++) {
      const bytes = Buffer.from(readFileSync(at(random.pick(names))));
      const place = random.below(bytes.length);
      const isCut = random.chance(0.3);
      if (!isCut) bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
      const path = join(temporaryFolder, 'damaged');
      writeFileSync(path, isCut ? bytes.subarray(0, place) : bytes);
      const code = await refused(path, temporaryFolder);
      expect(
        [
          'BACKUP_INVALID',
          'FILE_UNKNOWN',
          'CHAIN_INVALID',
          'BACKUP_SIGNER_UNKNOWN',
          'LIMIT_EXCEEDED',
          'BACKUP_KEY_REQUIRED',
        ],
        `seed ${random.seed}, byte ${place}`,
      ).toContain(code);
      rmSync(path);
    }
    expect(readdirSync(temporaryFolder)).toEqual([]);
    expect(existsSync(at('full.backup'))).toBe(true);
  });
});
