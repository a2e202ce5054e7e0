import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../src/base/errors.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import {
  encodeSignedManifest,
  encodeTrailer,
  partOffsets,
  type SignedManifest,
} from '../../src/node/recovery/backup-format.ts';
import { NO_KEYS } from '../../src/node/recovery/encryption.ts';
import { openBackup } from '../../src/node/recovery/open-backup.ts';
import { backUp, commit, makeChain, restore, type BackedUpChain } from '../node/recovery/recovery-fixture.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import { createBytes } from './test-chain.ts';

const CORRUPTIONS = isSoak ? 500 : 25;

interface Files {
  readonly full: Buffer;
  readonly first: Buffer;
  readonly second: Buffer;
}

interface Corruption {
  readonly what: string;
  /** What is restored: full, first and second increment, as far as they are named. */
  readonly files: readonly Buffer[];
}

/** The parts of a backup, its manifest and its trailer, apart. */
function takeApart(bytes: Buffer, signed: SignedManifest): { readonly parts: Buffer[]; readonly rest: Buffer } {
  const { offsets, end } = partOffsets(signed.manifest);
  const parts = signed.manifest.parts.map(({ size }, index) => {
    const begin = offsets[index] ?? 0;
    return bytes.subarray(begin, begin + size);
  });
  return { parts, rest: bytes.subarray(end) };
}

function putTogether(parts: readonly Buffer[], rest: Buffer): Buffer {
  return Buffer.concat([Buffer.from('quantum-lock/backup/v1\n'), ...parts, rest]);
}

function withFlip(bytes: Buffer, random: SeededRandom): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

describe(`a backup that was damaged in ${CORRUPTIONS} ways`, () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-damage-'));
  const random = SeededRandom.announced('corruptions of a backup');
  const target = join(root, 'target');
  let files: Files;
  let other: Files;
  let signed: Readonly<Record<keyof Files, SignedManifest>>;
  let before: Buffer;
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function backUpTwice(chain: BackedUpChain, name: string): Promise<Files> {
    const full = await backUp(chain.data, join(root, `${name}-0.backup`));
    await commit(chain.data, [createBytes(`${name}-fourth`, { chainId: 'backed-up' })]);
    const first = await backUp(chain.data, join(root, `${name}-1.backup`), { base: full.manifest });
    await commit(chain.data, [createBytes(`${name}-fifth`, { chainId: 'backed-up' })]);
    const second = await backUp(chain.data, join(root, `${name}-2.backup`), { base: first.manifest });
    return { full: readFileSync(full.path), first: readFileSync(first.path), second: readFileSync(second.path) };
  }

  async function manifestOf(name: string): Promise<SignedManifest> {
    const opened = await openBackup(join(root, name), { keys: NO_KEYS, scratch: root });
    await opened.close();
    return opened.signed;
  }

  beforeAll(async () => {
    const chain = await makeChain(root);
    files = await backUpTwice(chain, 'own');
    const stranger = await makeChain(root, 'stranger', { timestamp: Date.now() - 60_000 });
    other = await backUpTwice(stranger, 'other');
    signed = {
      full: await manifestOf('own-0.backup'),
      first: await manifestOf('own-1.backup'),
      second: await manifestOf('own-2.backup'),
    };
    cpSync(chain.data, target, { recursive: true });
    before = readFileSync(join(dataPaths(target).chain, 'chain.db'));
  });

  const kinds: readonly (() => Corruption)[] = [
    () => ({ what: 'a flipped bit of the full one', files: [withFlip(files.full, random), files.first, files.second] }),
    () => ({ what: 'a flipped bit of an increment', files: [files.full, withFlip(files.first, random), files.second] }),
    () => ({ what: 'the end cut off', files: [files.full.subarray(0, random.below(files.full.length))] }),
    () => ({ what: 'bytes added', files: [Buffer.concat([files.full, random.bytes(1 + random.below(100))])] }),
    () => {
      const { parts, rest } = takeApart(files.full, signed.full);
      const [one, two] = random.shuffled([...parts.keys()]);
      const swapped = parts
        .with(one ?? 0, parts[two ?? 0] ?? Buffer.alloc(0))
        .with(two ?? 0, parts[one ?? 0] ?? Buffer.alloc(0));
      return { what: `parts ${one} and ${two} swapped`, files: [putTogether(swapped, rest)] };
    },
    () => {
      const { parts, rest } = takeApart(files.full, signed.full);
      const index = random.below(parts.length);
      return { what: `part ${index} missing`, files: [putTogether(parts.toSpliced(index, 1), rest)] };
    },
    () => {
      // The manifest is told of it, and no longer the one that was signed.
      const { parts } = takeApart(files.full, signed.full);
      const index = random.below(parts.length);
      const manifest = { ...signed.full.manifest, parts: signed.full.manifest.parts.toSpliced(index, 1) };
      const left = parts.toSpliced(index, 1);
      const bytes = encodeSignedManifest({ ...signed.full, manifest });
      const trailer = encodeTrailer({ offset: partOffsets(manifest).end, size: bytes.length });
      return {
        what: `part ${index} taken out with its line`,
        files: [putTogether(left, Buffer.concat([bytes, trailer]))],
      };
    },
    () => {
      const { parts, rest } = takeApart(files.full, signed.full);
      const index = random.below(parts.length);
      const begin = partOffsets(signed.full.manifest).offsets[index] ?? 0;
      const foreign = other.full.subarray(begin, begin + (parts[index]?.length ?? 0));
      const isSame = foreign.equals(parts[index] ?? Buffer.alloc(0));
      return {
        what: `part ${index} of another chain`,
        files: [isSame ? withFlip(files.full, random) : putTogether(parts.with(index, foreign), rest)],
      };
    },
    () => ({ what: 'an increment of another chain', files: [files.full, other.first] }),
    () => ({ what: 'another chain', files: [other.full] }),
    () => ({ what: 'an older increment in the place of a newer one', files: [files.full, files.first, files.first] }),
    () => ({ what: 'an increment left out', files: [files.full, files.second] }),
    () => ({ what: 'the full one left out', files: [files.first, files.second] }),
  ];

  test.each(Array.from({ length: CORRUPTIONS }, (_, run) => run))(
    'is refused with the reason and the place, and the chain stays as it is: %i',
    async (run) => {
      const { what, files: given } = (kinds[run % kinds.length] ?? (() => ({ what: '', files: [] })))();
      const paths = given.map((bytes, index) => {
        const path = join(root, `damaged-${index}.backup`);
        writeFileSync(path, bytes);
        return path;
      });
      const error = await restore(paths, target).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, what).toBeInstanceOf(QuantumLockError);
      const { code, context } = error as QuantumLockError;
      expect(['BACKUP_INVALID', 'BACKUP_BASE_MISSING', 'DATA_DIR_OTHER_CHAIN', 'LIMIT_EXCEEDED'], what).toContain(code);
      if (code !== 'DATA_DIR_OTHER_CHAIN') expect(String(context['place'] ?? ''), what).not.toBe('');
      expect(readFileSync(join(dataPaths(target).chain, 'chain.db')).equals(before), what).toBe(true);
      const beside = readdirSync(dirname(target)).filter((name) => name.startsWith(`${basename(target)}.`));
      expect(beside, what).toEqual([]);
    },
  );

  test('is restored where nothing was changed, so that the refusals say something', async () => {
    const elsewhere = join(root, 'elsewhere');
    const paths = Object.entries(files).map(([name, bytes]) => {
      const path = join(root, `whole-${name}.backup`);
      writeFileSync(path, bytes as Buffer);
      return path;
    });
    const { extracted } = await restore(paths, elsewhere);
    expect(extracted.end.height).toBe(5);
  });
});
