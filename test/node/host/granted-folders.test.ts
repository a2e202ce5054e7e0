import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GRANTED_FOLDERS_MAX } from '../../../src/base/limits.ts';
import { GrantedFolders } from '../../../src/node/host/granted-folders.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

function bench(): { root: string; folders: GrantedFolders } {
  const root = realpathSync(temporaryDirectory());
  for (const path of ['home/envs/cartpole', 'home/envs-secret', 'home/.ssh'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'home/envs/cartpole/env.py'), 'SIZE = 8\n');
  writeFileSync(join(root, 'home/.ssh/id_ed25519'), 'PRIVATE\n');
  return { root, folders: new GrantedFolders() };
}

test('nothing is listed or read before a folder is granted', () => {
  const { root, folders } = bench();
  expect(folders.list(undefined)).toEqual({ path: '', parent: null, entries: [], truncated: false });
  for (const path of [root, join(root, 'home/envs'), '/', '.', join(root, 'no-such')])
    expect(() => folders.list(path), path).toThrow(coded('FOLDER_NOT_GRANTED'));
});

test('what was granted is listed from there down, and no way leads out of it', () => {
  const { root, folders } = bench();
  const envs = folders.grant(join(root, 'home', 'envs'));
  symlinkSync(join(root, 'home/.ssh'), join(envs, 'keys'));
  symlinkSync(envs, join(root, 'way-in'));
  expect(folders.list('')).toMatchObject({ path: '', entries: [{ name: envs, kind: 'directory' }] });
  expect(folders.list(envs)).toMatchObject({ path: envs, parent: '', entries: [{ name: 'cartpole' }] });
  expect(folders.list(join(envs, 'cartpole'))).toMatchObject({ parent: envs, entries: [{ name: 'env.py' }] });
  expect(folders.resolve(join(envs, 'cartpole/../cartpole/env.py'))).toBe(join(envs, 'cartpole/env.py'));
  expect(folders.resolve(join(root, 'way-in/cartpole'))).toBe(join(envs, 'cartpole'));
  const outside = [
    `${envs}-secret`,
    join(envs, '..'),
    join(envs, '../.ssh/id_ed25519'),
    join(envs, 'keys'),
    join(envs, 'keys/id_ed25519'),
    `${envs}/../../..${root}`,
  ];
  for (const path of outside) expect(() => folders.resolve(path), path).toThrow(coded('FOLDER_NOT_GRANTED'));
});

test('of what lies elsewhere not even whether it is there is told', () => {
  const { root, folders } = bench();
  const envs = folders.grant(join(root, 'home/envs'));
  const messages = [join(root, 'home/.ssh'), join(root, 'home/.ssx')].map((path) => {
    try {
      return folders.resolve(path);
    } catch (error) {
      return String(error).replace(path, 'PATH');
    }
  });
  expect(messages[0]).toBe(messages[1]);
  expect(() => folders.resolve(join(envs, 'missing'))).toThrow(coded('DIRECTORY_UNREADABLE'));
});

test('a file, what is not there, and too many folders are not granted', () => {
  const { root, folders } = bench();
  for (const path of ['home/envs/cartpole/env.py', 'nowhere'])
    expect(() => folders.grant(join(root, path))).toThrow(coded('DIRECTORY_UNREADABLE'));
  for (let count = 0; count < GRANTED_FOLDERS_MAX; count++) {
    mkdirSync(join(root, `f${count}`));
    folders.grant(join(root, `f${count}`));
  }
  expect(folders.grant(join(root, 'f0'))).toBe(join(root, 'f0'));
  expect(() => folders.grant(join(root, 'home'))).toThrow(coded('LIMIT_EXCEEDED'));
});
