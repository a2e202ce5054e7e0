import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';
import { NOTE_SIGNATURE_TYPES, encodeVerifierKey } from '../../../src/ledger/checkpoints/signed-note.ts';
import { downloadUpdate, feedUrl, fetchManifest } from '../../../src/node/updates/fetch-update.ts';
import {
  decodeUpdateKey,
  encodeUpdateText,
  openUpdateNote,
  updateFor,
} from '../../../src/node/updates/update-manifest.ts';
import { compareVersions } from '../../../src/node/updates/version-order.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { Feed, INSTALLER, manifestOf, noteOf, signedNote, signingKey } from './update-feed.ts';

const ours = signingKey();
const signal = new AbortController().signal;
const installed = { version: '1.2.3', arch: 'x64', fileEnding: '.deb', newestSeen: null };
const refused = coded('UPDATE_REFUSED');

describe('the manifest of an update', () => {
  const note = noteOf(manifestOf(), ours);

  test('is believed where it is signed by the pinned key', () => {
    expect(openUpdateNote(note, decodeUpdateKey(ours.verifierKey))).toEqual(manifestOf());
  });

  test.each<[string, () => string]>([
    ['signed by another key', () => noteOf(manifestOf(), signingKey())],
    ['signed by another key in the name of ours', () => noteOf(manifestOf(), { ...signingKey(), key: ours.key })],
    ['without a signature', () => `${encodeUpdateText(manifestOf())}\n`],
    ['with another version', () => note.replace('"version":"2.0.0"', '"version":"3.0.0"')],
    ['with another digest', () => note.replace(/0x[0-9a-f]{4}/, '0x0000')],
    ['cut off', () => note.slice(0, -20)],
    ['empty', () => ''],
    ['too large', () => `${' '.repeat(70_000)}${note}`],
    ['signed, and of another format', () => signedNote('{"format":"quantum-lock/update/v2"}\n', ours)],
    ['signed, and with a field more', () => signedNote(encodeUpdateText(manifestOf()).replace('{', '{"a":1,'), ours)],
    ['signed, and not canonical', () => signedNote(encodeUpdateText(manifestOf()).replace('{', '{ '), ours)],
    [
      'signed, and with a path for a name',
      () => signedNote(encodeUpdateText(manifestOf()).replace('quantum-lock-2', '../quantum-lock-2'), ours),
    ],
  ])('%s is refused', (_, made) => {
    expect(() => openUpdateNote(made(), ours.key)).toThrow(refused);
  });

  test('is not trusted by a key of another kind', () => {
    const cosigner = encodeVerifierKey({ ...ours.key, type: NOTE_SIGNATURE_TYPES.ed25519Cosignature });
    expect(() => decodeUpdateKey(cosigner)).toThrow(coded('DOCUMENT_INVALID'));
  });
});

describe('what is offered to this machine', () => {
  test('is the file for it, of a newer version', () => {
    expect(updateFor(manifestOf(), installed)).toEqual(manifestOf().files[0]);
    expect(updateFor(manifestOf(), { ...installed, newestSeen: '2.0.0' })).toEqual(manifestOf().files[0]);
  });

  test.each(['2.0.0', '2.0.1', '10.0.0'])('is nothing for version %s', (version) => {
    expect(updateFor(manifestOf(), { ...installed, version })).toBeNull();
  });

  test.each<[string, Partial<typeof installed> | { newestSeen: string }]>([
    ['an answer older than one before', { newestSeen: '2.0.1' }],
    ['an answer older than one before, though newer than this', { newestSeen: '3.0.0' }],
    ['a version that this one is too old for', { version: '0.9.9' }],
    ['no file for this processor', { arch: 'arm64' }],
    ['no file for this system', { fileEnding: '.dmg' }],
  ])('is refused: %s', (_, changes) => {
    expect(() => updateFor(manifestOf(), { ...installed, ...changes })).toThrow(refused);
  });

  test('versions are compared by their numbers', () => {
    expect(['1.10.0', '1.9.9', '2.0.0', '1.9.10'].toSorted(compareVersions)).toEqual([
      '1.9.9',
      '1.9.10',
      '1.10.0',
      '2.0.0',
    ]);
  });
});

describe('the feed', () => {
  test.each(['http://example.org/update.note', 'file:///update.note', 'ftp://example.org/', 'update.note', ''])(
    '%j is not one',
    (address) => {
      expect(() => feedUrl(address)).toThrow(coded('INPUT_INVALID'));
    },
  );

  test('gives the manifest as it is, and is told nothing', async () => {
    const feed = await Feed.start();
    let told: unknown;
    feed.answers.set('/channel/update.note', (request, response) => {
      told = [request.method, request.headers.cookie, request.headers.authorization];
      response.end('a note');
    });
    expect(await fetchManifest(feedUrl(feed.url), signal)).toBe('a note');
    expect(told).toEqual(['GET', undefined, undefined]);
  });

  test('that redirects, fails, or is not there gives none', async () => {
    const feed = await Feed.start();
    feed.answers.set('/channel/update.note', (_, response) => response.writeHead(302, { location: '/other' }).end());
    feed.answers.set('/other', 'a note');
    await expect(fetchManifest(feedUrl(feed.url), signal)).rejects.toThrow(coded('UPDATE_UNREACHABLE'));
    expect(feed.asked).not.toContain('/other');
    feed.answers.clear();
    await expect(fetchManifest(feedUrl(feed.url), signal)).rejects.toThrow(/it answered 404/);
    await expect(fetchManifest(feedUrl('http://127.0.0.1:1/update.note'), signal)).rejects.toThrow(
      coded('UPDATE_UNREACHABLE'),
    );
  });

  test('that answers without end is left', async () => {
    const feed = await Feed.start();
    feed.answers.set('/channel/update.note', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    await expect(fetchManifest(feedUrl(feed.url), signal)).rejects.toThrow(refused);
  });
});

describe('a download', () => {
  const [file] = manifestOf().files;
  if (file === undefined) throw new Error('no file');

  async function downloading(
    answer: Parameters<Feed['offer']>[1],
  ): Promise<{ readonly folder: string; readonly path: Promise<string> }> {
    const feed = await Feed.start();
    feed.offer('', answer);
    const folder = join(temporaryDirectory(), 'updates');
    return {
      folder,
      path: downloadUpdate(file as NonNullable<typeof file>, { feed: feedUrl(feed.url), folder, signal }),
    };
  }

  test('is kept once it has its size and digest, instead of an earlier one', async () => {
    const { folder, path } = await downloading(INSTALLER);
    expect(readFileSync(await path)).toEqual(INSTALLER);
    const feed = await Feed.start();
    feed.offer('', INSTALLER, 'later.deb');
    await downloadUpdate({ ...file, name: 'later.deb' }, { feed: feedUrl(feed.url), folder, signal });
    expect(readdirSync(folder)).toEqual(['later.deb']);
  });

  test.each<[string, Parameters<Feed['offer']>[1]]>([
    ['that is cut off', INSTALLER.subarray(0, -1)],
    ['that is longer', Buffer.concat([INSTALLER, Buffer.from('x')])],
    ['of another file with the same size', Buffer.alloc(INSTALLER.length, 1)],
    ['that is empty', Buffer.alloc(0)],
  ])('%s is refused, and nothing of it is kept', async (_, content) => {
    const { folder, path } = await downloading(content);
    await expect(path).rejects.toThrow(refused);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each<[string, Parameters<Feed['offer']>[1]]>([
    ['whose connection breaks', (_, response) => response.write(INSTALLER.subarray(0, 100), () => response.destroy())],
    ['that is redirected', (_, response) => response.writeHead(307, { location: '/channel/update.note' }).end()],
    ['that is not there', (_, response) => response.writeHead(404).end()],
  ])('%s is none, and nothing of it is kept', async (_, answer) => {
    const { folder, path } = await downloading(answer);
    await expect(path).rejects.toThrow(coded('UPDATE_UNREACHABLE'));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that is stopped leaves nothing', async () => {
    const feed = await Feed.start();
    const stop = new AbortController();
    feed.offer('', (_, response) => response.write(INSTALLER.subarray(0, 100), () => stop.abort()));
    const folder = join(temporaryDirectory(), 'updates');
    await expect(downloadUpdate(file, { feed: feedUrl(feed.url), folder, signal: stop.signal })).rejects.toThrow(
      coded('UPDATE_UNREACHABLE'),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('npm run sign-update', () => {
  const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as { version: string };

  test('makes the manifest of the packages that are there, which its verifier key opens', () => {
    const folder = temporaryDirectory();
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
    for (const name of [
      `quantum-lock-${version}-linux-amd64.deb`,
      `quantum-lock-${version}-mac-arm64.dmg`,
      'quantum-lock-0.0.0-mac-arm64.dmg',
      'notes.txt',
    ])
      writeFileSync(join(folder, name), name);
    const args = ['build/sign-update.mjs', '--key', keyFile, '--name', 'updates.example', '--packages', folder];
    const output = execFileSync(process.execPath, args, { cwd: checkoutRoot, encoding: 'utf8' });
    const verifierKey = /^verifier key: (.*)$/m.exec(output)?.[1] ?? '';
    const manifest = openUpdateNote(readFileSync(join(folder, 'update.note'), 'utf8'), decodeUpdateKey(verifierKey));
    expect(manifest.version).toBe(version);
    expect(manifest.files.map(({ name, arch, size }) => [name, arch, size])).toEqual([
      [`quantum-lock-${version}-linux-amd64.deb`, 'x64', `quantum-lock-${version}-linux-amd64.deb`.length],
      [`quantum-lock-${version}-mac-arm64.dmg`, 'arm64', `quantum-lock-${version}-mac-arm64.dmg`.length],
    ]);
    expect(existsSync(join(folder, 'update.note'))).toBe(true);
  });
});
