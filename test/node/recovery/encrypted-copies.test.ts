import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import { encodeUtf8 } from '../../../src/base/bytes.ts';
import { publicKeyOf, signDigest } from '../../../src/ledger/crypto/signature.ts';
import {
  cardDigest,
  decodeCard,
  encodeCard,
  fingerprintsOf,
  type BackupCard,
  type SignedCard,
} from '../../../src/node/recovery/backup-card.ts';
import { fetchCopies } from '../../../src/node/recovery/copies.ts';
import type { Destination } from '../../../src/node/recovery/destinations/destination.ts';
import { folderDestination } from '../../../src/node/recovery/destinations/folder.ts';
import { extractBackup } from '../../../src/node/recovery/extract-backup.ts';
import { lookInto, type Holding } from '../../../src/node/recovery/look-into.ts';
import { openBackup } from '../../../src/node/recovery/open-backup.ts';
import { findLine, verifyCopy } from '../../../src/node/recovery/verify-copy.ts';
import { loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { coded } from '../../coded.ts';
import {
  EVERY_HOUR,
  findingsOf,
  grow,
  HourlyBackups,
  makeChain,
  signCardAsValidator,
  type BackedUpChain,
} from './recovery-fixture.ts';

/** Copies that this machine makes and cannot open, and the cards beside them. */

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-encrypted-'));
const hourly = new HourlyBackups();
let chain: BackedUpChain;
let identity: string;
let schedule: BackupSchedule;

beforeAll(async () => {
  chain = await makeChain(root);
  identity = await generateX25519Identity();
  schedule = { ...EVERY_HOUR, recipients: [await identityToRecipient(identity)] };
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Folder extends Destination {
  readonly path: string;
}

function folder(name: string): Folder {
  const path = join(root, name);
  mkdirSync(path);
  return { ...folderDestination({ id: name, path }), path };
}

const refusal = (code: string, message: RegExp): object => ({
  code,
  message: expect.stringMatching(message) as string,
});

const look = (destination: Destination): Promise<Holding> => lookInto(destination, chain.data);

function cardPath({ path }: Folder, name: string): string {
  return join(path, `${name}.card`);
}

function readCard(destination: Folder, name: string): SignedCard {
  return JSON.parse(readFileSync(cardPath(destination, name), 'utf8')) as SignedCard;
}

/** The card as somebody else would have it, signed by the validator of the chain all the same. */
async function rewrite(destination: Folder, name: string, changes: Partial<BackupCard>): Promise<void> {
  const card = { ...readCard(destination, name).card, ...changes };
  writeFileSync(cardPath(destination, name), encodeCard({ card, ...(await signCardAsValidator(card)) }));
}

async function extractAll(
  destination: Folder,
  backup: Parameters<typeof findLine>[1],
  key = identity,
): Promise<string> {
  const line = await findLine(destination, backup, chain.data);
  const into = mkdtempSync(join(root, 'fetched-'));
  const files = await fetchCopies(destination, line, into, { report: () => undefined });
  await extractBackup({
    files,
    into: join(into, 'out'),
    keys: { identities: [key], passphrases: [] },
    cards: line.flatMap(({ card }) => card ?? []),
    report: () => undefined,
  });
  return join(into, 'out');
}

const verify = (destination: Destination, backup: Parameters<typeof findLine>[1]): ReturnType<typeof verifyCopy> =>
  verifyCopy({ dataDirectory: chain.data, destination, backup, now: () => hourly.now, report: () => undefined });

describe('a schedule that encrypts', () => {
  test('makes fulls and increments that only the identity opens, and deletes old ones with their cards', async () => {
    const one = folder('one');
    const kinds: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      if (name === 'b') await grow(chain, ['of-encrypted']);
      const { kind, is_encrypted, copies } = await hourly.run(chain, [one], schedule);
      expect([is_encrypted, copies[0]?.problem]).toEqual([true, null]);
      kinds.push(kind);
      if (name === 'c') {
        const { copies: there } = await look(one);
        const newest = there[0];
        if (newest === undefined) throw new Error('no copy');
        const out = await extractAll(one, newest.backup);
        expect(await findingsOf(out)).toEqual([]);
        await expect(extractAll(one, newest.backup, await generateX25519Identity())).rejects.toThrow(
          coded('PASSPHRASE_WRONG'),
        );
        await expect(extractAll(one, newest.backup, 'AGE-SECRET-KEY-1NONE')).rejects.toThrow(coded('INPUT_INVALID'));
      }
    }
    expect(kinds).toEqual(['full', 'incremental', 'incremental', 'full']);
    const { copies, refused } = await look(one);
    expect([copies.length, refused]).toEqual([1, []]);
    expect(readdirSync(one.path)).toHaveLength(2);
    // Nothing that is not encrypted was left on the way.
    expect(readdirSync(chain.data).filter((name) => /scratch|staged/.test(name))).toEqual([]);
  });

  test('has increments that hold new content alone: where it goes on is known here, and in no card', async () => {
    const place = folder('content');
    await hourly.run(chain, [place], schedule);
    await grow(chain, ['new-content']);
    const { backup } = await hourly.run(chain, [place], schedule);
    const line = await findLine(place, backup, chain.data);
    const newest = line[1];
    if (newest === undefined) throw new Error('no increment');
    const scratch = mkdtempSync(join(root, 'opened-'));
    const opened = await openBackup(join(place.path, newest.name), {
      keys: { identities: [identity], passphrases: [] },
      scratch,
    });
    await opened.close();
    const { content } = opened.signed.manifest;
    expect(content?.from).not.toBeNull();
    expect(content?.directories).toBe(1);
    expect(JSON.stringify(newest.card)).not.toContain(content?.to.newest ?? 'none');
  });

  test('has cards that hold what is named here, and nothing else', async () => {
    const place = folder('card');
    await hourly.run(chain, [place], schedule);
    const name = (await look(place)).copies[0]?.name ?? '';
    const { card } = readCard(place, name);
    expect(Object.keys(card).toSorted()).toEqual(
      'backup base chain_id created_at depth era file format from_height genesis has_content kind recipients to'.split(
        ' ',
      ),
    );
    expect(card.recipients).toEqual(fingerprintsOf(schedule.recipients));
    const text = readFileSync(cardPath(place, name), 'utf8');
    for (const secret of [...schedule.recipients, identity, 'first', 'second', 'third', 'validator'])
      expect(text).not.toContain(secret);
    expect(readFileSync(join(place.path, name), 'latin1').startsWith('age-encryption.org/v1\n-> X25519 ')).toBe(true);
  });

  test('begins anew where other recipients are named, or none, and continues nothing that it did not write itself', async () => {
    const place = folder('changed');
    const run = async (of: BackupSchedule): Promise<string> => (await hourly.run(chain, [place], of)).kind;
    const long = { full_every: 20, keep_fulls: 10 };
    expect(await run({ ...schedule, ...long })).toBe('full');
    expect(await run({ ...schedule, ...long })).toBe('incremental');
    const other = await identityToRecipient(await generateX25519Identity());
    const both = { ...schedule, ...long, recipients: [...schedule.recipients, other] };
    expect(await run(both)).toBe('full');
    expect(await run({ ...both, recipients: both.recipients.toReversed() })).toBe('incremental');
    expect(await run({ ...EVERY_HOUR, ...long })).toBe('full');
    expect(await run({ ...EVERY_HOUR, ...long })).toBe('incremental');
    // As after a restore on another machine: what was written is not known there.
    rmSync(join(chain.data, 'backups.log'));
    expect(await run({ ...EVERY_HOUR, ...long })).toBe('full');
  });

  test('refuses a recipient that is none before anything is made', async () => {
    const place = folder('no-recipient');
    const run = hourly.run(chain, [place], { ...schedule, recipients: ['age1qqqqqqqqqqqqqqqqqqqqqqqq'] });
    await expect(run).rejects.toThrow(coded('INPUT_INVALID'));
    expect(readdirSync(place.path)).toEqual([]);
  });

  test('leaves the copies of another chain in the same folder alone', async () => {
    const place = folder('shared');
    const other = await makeChain(mkdtempSync(join(root, 'other-')), 'data', { timestamp: Date.now() - 1_000 });
    await hourly.run(other, [place], schedule);
    const theirs = readdirSync(place.path);
    for (let made = 0; made < 4; made++) await hourly.run(chain, [place], { ...schedule, full_every: 1 });
    expect(readdirSync(place.path)).toEqual(expect.arrayContaining(theirs));
    expect((await look(place)).copies).toHaveLength(2);
  });
});

describe('an encrypted copy', () => {
  test('is checked without the identity by its bytes alone, and says so', async () => {
    const place = folder('checked');
    await hourly.run(chain, [place], schedule);
    await grow(chain, ['of-checked-encrypted']);
    const { backup } = await hourly.run(chain, [place], schedule);
    expect(await verify(place, backup)).toEqual({ checked: 'bytes', findings: [] });
    const line = await findLine(place, backup, chain.data);
    for (const { name } of line) {
      const path = join(place.path, name);
      const bytes = readFileSync(path);
      const changed = Buffer.from(bytes);
      changed[bytes.length - 40] = (bytes.at(-40) ?? 0) ^ 1;
      writeFileSync(path, changed);
      expect((await verify(place, backup)).findings).toMatchObject([{ place: `card of ${name}` }]);
      await expect(extractAll(place, backup)).rejects.toMatchObject(refusal('BACKUP_INVALID', /names the bytes/));
      writeFileSync(path, bytes);
    }
    expect((await verify(place, backup)).findings).toEqual([]);
    rmSync(join(place.path, line[0]?.name ?? ''));
    await expect(verify(place, backup)).rejects.toThrow(coded('BACKUP_BASE_MISSING'));
  });

  test('does not count where its card is missing, cut off, of another copy, or of another size', async () => {
    const place = folder('cards');
    await hourly.run(chain, [place], { ...schedule, full_every: 1, keep_fulls: 2 });
    await grow(chain, ['of-cards']);
    const { backup } = await hourly.run(chain, [place], { ...schedule, full_every: 1, keep_fulls: 2 });
    const { copies } = await look(place);
    const [newest, oldest] = copies.map(({ name }) => name);
    if (newest === undefined || oldest === undefined) throw new Error('no copies');
    const path = cardPath(place, newest);
    const card = readFileSync(path);
    const problem = async (): Promise<string> => {
      const { refused } = await look(place);
      expect(refused.map(({ name, problem }) => [name, problem.code])).toEqual([[newest, 'BACKUP_INVALID']]);
      // It is not taken, and not deleted: whoever asks for it hears why.
      await expect(verify(place, backup)).rejects.toThrow(refused[0]?.problem.message ?? 'none');
      return refused[0]?.problem.message ?? '';
    };
    copyFileSync(cardPath(place, oldest), path);
    expect(await problem()).toMatch(/is that of another file/);
    writeFileSync(path, card.subarray(0, -1));
    expect(await problem()).toMatch(/was cut off/);
    writeFileSync(path, Buffer.concat([card, Buffer.alloc(20_000, 0x20)]));
    expect(await problem()).toMatch(/has \d+ bytes/);
    for (const at of [10, 200, card.length - 20]) {
      const changed = Buffer.from(card);
      changed[at] = (card[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      await problem();
    }
    await rewrite(place, newest, { file: { ...readCard(place, oldest).card.file } });
    expect(await problem()).toMatch(/says that the file has|names other bytes/);
    rmSync(path);
    expect(await problem()).toMatch(/is missing: the file is encrypted/);
    writeFileSync(path, card);
    expect((await look(place)).refused).toEqual([]);
  });

  test('does not count with an older card, one of a stranger, or one of another chain of that name', async () => {
    const place = folder('strangers');
    await hourly.run(chain, [place], { ...schedule, full_every: 1 });
    const name = (await look(place)).copies[0]?.name ?? '';
    const good = readFileSync(cardPath(place, name));
    const signed = readCard(place, name);
    const problem = async (): Promise<string> => (await look(place)).refused[0]?.problem.message ?? 'none';

    const digest = `0x${'11'.repeat(32)}` as BackupCard['backup'];
    await rewrite(place, name, { file: { ...signed.card.file, digest } });
    expect(await problem()).toMatch(/an older one lies in its place/);
    // On a machine that did not write it there is nothing to say so: then its bytes do.
    const elsewhere = { ...place, id: 'elsewhere' };
    expect((await look(elsewhere)).copies).toHaveLength(1);
    expect((await verify(elsewhere, signed.card.backup)).findings).toMatchObject([{ place: `card of ${name}` }]);

    const secret = new Uint8Array(32).fill(7);
    const stranger = {
      card: signed.card,
      public_key: publicKeyOf(secret),
      signature: signDigest(cardDigest(signed.card), secret),
    };
    writeFileSync(cardPath(place, name), encodeCard(stranger));
    expect(await problem()).toMatch(/is the key of no active validator or member/);

    await rewrite(place, name, { to: { ...signed.card.to, hash: digest } });
    expect(await problem()).toMatch(/is another here/);
    writeFileSync(cardPath(place, name), good);
    expect(await problem()).toBe('none');
  });

  test('is refused at a restore by what is in it, whatever its card says with a good signature', async () => {
    const place = folder('lying');
    const { backup } = await hourly.run(chain, [place], { ...schedule, full_every: 1 });
    const name = (await look(place)).copies[0]?.name ?? '';
    await rewrite(place, name, { has_content: false });
    await expect(extractAll(place, backup)).rejects.toMatchObject(
      refusal('BACKUP_INVALID', /says something other than/),
    );
    await rewrite(place, name, { has_content: true, created_at: 1 });
    await expect(extractAll(place, backup)).rejects.toMatchObject(
      refusal('BACKUP_INVALID', /says something other than/),
    );
  });

  test('whose signer is not known here is not called good: a rehearsal finds it out', async () => {
    const place = folder('unknown');
    const { backup } = await hourly.run(chain, [place], { ...schedule, full_every: 1 });
    const empty = mkdtempSync(join(root, 'empty-'));
    const asked = verifyCopy({
      dataDirectory: empty,
      destination: place,
      backup,
      now: () => hourly.now,
      report: () => undefined,
    });
    await expect(asked).rejects.toMatchObject(refusal('BACKUP_SIGNER_UNKNOWN', /does not reach block/));
    expect(existsSync(join(empty, 'backups.log'))).toBe(false);
  });
});

test('a card has one form, which is read back as it was written', async () => {
  const place = folder('form');
  await hourly.run(chain, [place], schedule);
  const file = (await look(place)).copies[0];
  if (file === undefined) throw new Error('no copy');
  const bytes = readFileSync(cardPath(place, file.name));
  const { verify: verifySignature } = loadSignatureVerifier();
  const decoded = decodeCard(bytes, file, verifySignature);
  expect(Buffer.from(encodeUtf8(encodeCard(decoded)))).toEqual(bytes);
  const spaced = Buffer.from(`${JSON.stringify(JSON.parse(bytes.toString()), null, 1)}\n`);
  expect(() => decodeCard(spaced, file, verifySignature)).toThrow(coded('BACKUP_INVALID'));
});
