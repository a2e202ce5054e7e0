import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

import { projectNode } from '../../../build/checkout.mjs';
import { setFoundingMark } from '../../../src/node/data-directory/chain-traces.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { prepareDataDirectory } from '../../../src/node/data-directory/prepare-data-directory.ts';
import { readNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { lockDataDirectory } from '../../../src/node/data-directory/data-lock.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes, foundTestChain, sealingKey } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

const open = (dataDirectory: string): Promise<QuantumNode> =>
  QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });

describe('a data directory', () => {
  test('has one node at a time, and is free again after that was killed', async () => {
    const data = foundedDirectory();
    const script = fileURLToPath(new URL('../storage/holding-child.ts', import.meta.url));
    const child = spawn(projectNode, [script, data], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(createInterface({ input: child.stdout }), 'line');
    await expect(open(data)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    // Whoever only reads is welcome.
    expect((await openedNode(data, 'read')).chain.chain_id).toBe('test-chain');
    child.kill('SIGKILL');
    await once(child, 'close');
    const node = await openedNode(data);
    receiptOf(await node.submit(createBytes('after-the-kill')));
  });

  test('is let go where the node cannot start', async () => {
    const data = foundedDirectory();
    writeFileSync(
      dataPaths(data).config,
      readFileSync(dataPaths(data).config, 'utf8').replace('test-chain', 'other-chain'),
    );
    await expect(open(data)).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_CHAIN' });
    lockDataDirectory(data).release();
  });

  test('is locked within one process too', () => {
    const data = foundedDirectory();
    const lock = lockDataDirectory(data);
    expect(() => lockDataDirectory(data)).toThrow(coded('DATA_DIR_LOCKED'));
    lock.release();
    lockDataDirectory(data).release();
  });

  test('that holds the chain of another directory is refused', async () => {
    const data = foundedDirectory();
    const other = join(temporaryDirectory(), 'other');
    foundTestChain(other, { chainId: 'other-chain' });
    cpSync(dataPaths(other).chain, dataPaths(data).chain, { recursive: true });
    await expect(open(data)).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_CHAIN' });
  });

  test('without a chain, or with a broken configuration, says which', async () => {
    const empty = temporaryDirectory();
    await expect(open(empty)).rejects.toMatchObject({ code: 'DATA_DIR_EMPTY' });
    const data = foundedDirectory();
    for (const [text, code] of [
      ['', 'STORAGE_CORRUPT'],
      ['{"version":1}', 'STORAGE_CORRUPT'],
      ['{"version":7}', 'DATA_DIR_NEWER'],
      ['null', 'STORAGE_CORRUPT'],
    ] as const) {
      writeFileSync(dataPaths(data).config, text);
      expect(() => readNodeConfig(data), text).toThrow(expect.objectContaining({ code }));
    }
  });

  test('whose chain is away says so, and no other chain is founded in it', async () => {
    for (const away of ['chain', join('chain', 'chain.db')]) {
      const data = foundedDirectory();
      renameSync(join(data, away), join(temporaryDirectory(), 'away'));
      await expect(open(data)).rejects.toMatchObject({
        code: 'CHAIN_MISSING',
        message: expect.stringContaining('node.json names the chain "test-chain"') as unknown,
      });
      expect(() => prepareDataDirectory(data)).toThrow(coded('CHAIN_MISSING'));
    }
  });

  test.each(['node.json', 'index.db', 'blobs/index.db', 'head.record'])(
    'in which only %s is left of a chain is not taken for an empty one',
    (name) => {
      const data = temporaryDirectory();
      mkdirSync(join(data, 'blobs'));
      writeFileSync(join(data, name), '');
      expect(() => readNodeConfig(data)).toThrow(coded('CHAIN_MISSING'));
      expect(() => prepareDataDirectory(data)).toThrow(coded('CHAIN_MISSING'));
    },
  );

  test('in which a set-up was interrupted is set up again', () => {
    const data = temporaryDirectory();
    prepareDataDirectory(data);
    setFoundingMark(data);
    writeFileSync(dataPaths(data).config, '{');
    mkdirSync(`${dataPaths(data).chain}.new`);
    expect(() => prepareDataDirectory(data)).not.toThrow();
    expect(() => readNodeConfig(data)).toThrow(coded('DATA_DIR_EMPTY'));
  });

  test('is not made where other files lie, or a chain', () => {
    const foreign = temporaryDirectory();
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    expect(() => prepareDataDirectory(foreign)).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_NOT_EMPTY',
        message: expect.stringContaining('thesis.txt') as unknown,
      }),
    );
    expect(() => prepareDataDirectory(foundedDirectory())).toThrow(coded('DATA_DIR_NOT_EMPTY'));
  });
});
