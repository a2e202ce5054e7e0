import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startStranger, type Stranger } from '../node/doors/stranger.ts';
import { cheapKeyFile, dm, dmJson, expectRefusal, startNode, temporaryRoot } from './dm.ts';

/** The socket of `dm` against another user of this machine. Only as root can this be another one. */

/** Tries everything that it could with a data directory, and prints what came of it. */
const REACH = `
import { createConnection } from 'node:net';
import { openSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const [root] = process.argv.slice(1);
const socket = join(root, 'node.sock');
const tries = {
  list: () => readdirSync(root),
  secret: () => readFileSync(join(root, 'node.secret')),
  plant: () => writeFileSync(join(root, 'planted'), ''),
  replace: () => renameSync(socket, socket + '.old'),
  link: () => symlinkSync('/tmp', join(root, 'link')),
  lock: () => openSync(join(root, 'node.lock'), 'r+'),
  console: () => openSync(join(root, 'console.lock'), 'r+'),
};
const codes = Object.entries(tries).map(([name, work]) => { try { work(); return name + ' done'; } catch (error) { return name + ' ' + error.code; } });
const paths = [socket, '/proc/' + process.ppid + '/cwd/' + root + '/node.sock'];
for (const path of paths)
  codes.push(await new Promise((resolve) => createConnection(path).on('connect', () => resolve('connect done')).on('error', (error) => resolve('connect ' + error.code))));
console.log('reached ' + process.getuid() + ': ' + codes.join(', '));
`;

/** Stands where a node's socket would be, knows the secret that it left there, and prints what it is told. */
const IMPOSTOR = `
import { createServer } from 'node:http';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const [root, makes] = process.argv.slice(1);
if (makes === 'makes') { mkdirSync(root); chmodSync(root, 0o755); }
writeFileSync(join(root, 'node.secret'), '0x' + '22'.repeat(32) + '\\n', { mode: 0o644 });
const server = createServer();
server.on('connection', () => console.log('told: connected'));
server.on('upgrade', (_, socket) => { console.log('told: upgrade'); socket.on('error', () => undefined).destroy(); });
server.listen(join(root, 'node.sock'), () => { chmodSync(join(root, 'node.sock'), 0o777); console.log('listening'); });
`;

async function impostor(root: string, makes = ''): Promise<Stranger> {
  const stranger = startStranger(IMPOSTOR, [root, makes]);
  onTestFinished(() => stranger.end());
  await stranger.line(/^listening$/);
  return stranger;
}

const toldTo = ({ heard }: Stranger): readonly string[] => heard.filter((line) => line.startsWith('told'));

describe.skipIf(process.getuid?.() !== 0)('the socket of a data directory', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const content = join(root, 'content');
  /** Where every user may put things, as in a temporary folder. */
  const shared = join(root, 'shared');

  beforeAll(async () => {
    chmodSync(root, 0o755);
    mkdirSync(content);
    writeFileSync(join(content, 'file'), 'content');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    mkdirSync(data, { mode: 0o700 });
    await cheapKeyFile(data);
    await dmJson(['blockchain', 'init', '--key-store', 'file', '--chain-id', 'strangers', '--data', data]);
  });

  test.each(['data', join('d'.repeat(60), 'e'.repeat(60))])('is out of reach while a node runs: %s', async (name) => {
    const place = join(root, name);
    if (name !== 'data') {
      mkdirSync(place, { recursive: true });
      await cheapKeyFile(place);
      await dmJson(['blockchain', 'init', '--key-store', 'file', '--data', place]);
    }
    const node = await startNode(place);
    const stranger = startStranger(REACH, [place]);
    onTestFinished(() => stranger.end());
    const said = await stranger.line(/^reached/);
    expect(said).toMatch(/^reached 65534: /);
    expect(said.split(': ')[1]?.split(', ')).toEqual([
      ...['list', 'secret', 'plant', 'replace', 'link', 'lock', 'console'].map((what) => `${what} EACCES`),
      // Too long a path is no path to it.
      expect.stringMatching(/^connect E(ACCES|INVAL)$/),
      expect.stringMatching(/^connect E/),
    ]);
    expect(await dmJson(['blockchain', 'status', '--data', place])).toMatchObject({ running: true });
    expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  test.each([0o777, 0o722, 0o773])('that others could have put there is not spoken to: mode %o', async (mode) => {
    const place = join(root, `open-${mode}`);
    mkdirSync(place, { mode: 0o700 });
    await cheapKeyFile(place);
    await dmJson(['blockchain', 'init', '--key-store', 'file', '--data', place]);
    chmodSync(place, mode | 0o003);
    const stranger = await impostor(place);
    await expectRefusal(['env', 'create', '--id', 'x', '--path', content, '--data', place], {
      code: 'DATA_DIR_SHARED',
    });
    await expectRefusal(['blockchain', 'start', '--data', place], { code: 'DATA_DIR_SHARED' });
    const link = await dm(['console', '--link', '--data', place]);
    expect([link.code, link.stdout]).toEqual([1, '']);
    await dm(['env', 'list', '--data', place]);
    expect(toldTo(stranger)).toEqual([]);
  });

  test('in a directory of another user is not spoken to, and nothing is founded or kept there', async () => {
    const place = join(shared, 'data');
    const stranger = await impostor(place, 'makes');
    for (const args of [
      ['env', 'list'],
      ['console', '--link'],
      ['blockchain', 'status'],
      ['blockchain', 'init'],
    ]) {
      const ran = await dm([...args, '--data', place]);
      expect(ran.code, args.join(' ')).toBe(1);
      expect(ran.stdout, args.join(' ')).toBe('');
    }
    expect(toldTo(stranger)).toEqual([]);
  });

  test('is not reached over a link that another user left', async () => {
    const place = join(shared, 'theirs');
    const stranger = await impostor(place, 'makes');
    const link = join(shared, 'mine');
    symlinkSync(place, link);
    for (const args of [
      ['console', '--link'],
      ['blockchain', 'init'],
      ['key', 'create', '--name', 'A', '--key-store', 'file'],
    ]) {
      const ran = await dm([...args, '--data', link]);
      expect(ran.code, `${args.join(' ')} ${ran.stdout}`).toBe(1);
    }
    expect(toldTo(stranger)).toEqual([]);
    expect(readdirSync(place).toSorted()).toEqual(['node.secret', 'node.sock']);
  });
});
