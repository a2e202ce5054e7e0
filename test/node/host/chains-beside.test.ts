import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

import { chainNameWarnings, chainsBeside } from '../../../src/node/host/chains-beside.ts';
import { newNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

function chainIn(directory: string, chainId: string): void {
  mkdirSync(join(directory, 'chain'), { recursive: true });
  writeFileSync(join(directory, 'chain', 'chain.db'), '');
  writeNodeConfig(
    directory,
    newNodeConfig({ chain_id: chainId, validator: { validator_id: 'v', key_id: 'k' }, acting_key_id: 'k' }),
  );
}

test('a new chain’s name is held against those of the chains beside it, and in the usual place', () => {
  const root = temporaryDirectory();
  vi.stubEnv('XDG_DATA_HOME', join(root, 'share'));
  vi.stubEnv('HOME', root);
  onTestFinished(() => void vi.unstubAllEnvs());
  const data = join(root, 'chains', 'new');
  expect(chainsBeside(data)).toEqual([]);

  chainIn(join(root, 'chains', 'a'), 'dark-matter-main');
  chainIn(join(root, 'chains', 'b'), 'lab-1');
  if (process.platform === 'linux') chainIn(join(root, 'share', 'quantum-lock'), 'home');
  // What cannot be read has no name to tell.
  mkdirSync(join(root, 'chains', 'c', 'chain'), { recursive: true });
  writeFileSync(join(root, 'chains', 'c', 'chain', 'chain.db'), '');
  writeFileSync(join(root, 'chains', 'c', 'node.json'), '{"chain_id":"dark-matter-main"');
  writeFileSync(join(root, 'chains', 'file'), '');
  symlinkSync(join(root, 'nowhere'), join(root, 'chains', 'link'));
  chainIn(data, 'its-own');
  expect(chainsBeside(data)).toEqual(
    process.platform === 'linux' ? ['dark-matter-main', 'home', 'lab-1'] : ['dark-matter-main', 'lab-1'],
  );

  expect(chainNameWarnings('lab-2', data)).toEqual([]);
  expect(chainNameWarnings('its-own', data)).toEqual([]);
  expect(chainNameWarnings('lab-1', data).join(' ')).toContain('is also called lab-1');
  for (const [name, other] of [
    ['lab-l', 'lab-1'],
    ['dark-rnatter-main', 'dark-matter-main'],
    ['darkmattermain', 'dark-matter-main'],
  ] as const)
    expect(chainNameWarnings(name, data).join(' ')).toContain(`${name} looks like ${other}`);
});
