import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, onTestFinished } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { openInspectedHost } from '../../../src/node/doors/inspection-console.ts';
import { serveContract } from '../../../src/node/doors/serve-contract.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { openInspection, type Inspection } from '../../../src/node/inspection/open-inspection.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { exportBlocks } from '../../../src/node/verify/export-blocks.ts';
import { createBytes, foundTestChain, promoteBytes, sealingKey, updateBytes } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { receiptOf } from '../storage/opened-node.ts';

/** A chain with content, and the same chain as a file: made once for a test file. */
export interface Source {
  readonly root: string;
  readonly directory: string;
  readonly blocks: string;
}

export function sourceRoot(): Source {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-inspected-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { root, directory: join(root, 'data'), blocks: join(root, 'chain.jsonl') };
}

/** Environments one to five, of which one is Green in its first version and has a second; and content of a sixth. */
export async function fillSource({ root, directory, blocks }: Source, chainId = 'inspected-chain'): Promise<void> {
  foundTestChain(directory, { chainId });
  const node = await QuantumNode.open({ dataDirectory: directory, key: sealingKey(), now: Date.now });
  const store = new BlobStore({
    directory: dataPaths(directory).blobs,
    stored: new StoredContent(directory),
  });
  const files = join(root, 'files');
  mkdirSync(files);
  writeFileSync(join(files, 'env.py'), 'print("inspected")\n');
  const { state_hash: stateHash } = await store.storeDirectory(files);
  for (const name of ['one', 'two', 'three', 'four', 'five'])
    receiptOf(await node.submit(createBytes(name, { chainId })));
  receiptOf(await node.submit(promoteBytes('one', 'one', { chainId })));
  receiptOf(await node.submit(updateBytes('one', 'changed', { chainId })));
  receiptOf(await node.submit(createBytes('with-files', { chainId, stateHash })));
  await store.close();
  await node.close();
  await exportTo(directory, blocks);
}

export async function exportTo(dataDirectory: string, path: string): Promise<void> {
  const lines: string[] = [];
  await exportBlocks({
    dataDirectory,
    verifyThreads: 1,
    onProgress: () => undefined,
    write: async (line) => void lines.push(line),
  });
  writeFileSync(path, lines.join(''));
}

/** A file laid out in a folder of this test's own, gone when the test ends. */
export async function inspect(
  path: string,
  options: { readonly temporaryFolder?: string } = {},
): Promise<{ readonly inspection: Inspection; readonly temporaryFolder: string }> {
  const temporaryFolder = options.temporaryFolder ?? temporaryDirectory();
  const inspection = await openInspection({ path, verifyThreads: 1, onProgress: () => undefined, temporaryFolder });
  onTestFinished(() => inspection.close());
  return { inspection, temporaryFolder };
}

export interface InspectedHost {
  readonly inspection: Inspection;
  readonly host: Host;
  readonly client: ContractClient;
}

export async function inspectedHost(path: string): Promise<InspectedHost> {
  const { inspection } = await inspect(path);
  const host = await openInspectedHost({ inspection, version: 'test', now: Date.now, log: () => undefined });
  onTestFinished(() => host.close());
  return { inspection, host, client: serveContract(host).client(TERMINAL) };
}

/** Every file below a directory: its bytes, its mode, and when it was changed. */
export function stateOfFiles(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((name) => {
        const stats = lstatSync(join(directory, name), { bigint: true });
        const hash = stats.isFile()
          ? createHash('sha256')
              .update(readFileSync(join(directory, name)))
              .digest('hex')
          : '';
        return [name, `${stats.mode} ${stats.size} ${stats.mtimeNs} ${hash}`];
      }),
  );
}

/** The code with which a file is refused; 'opened' where it is not. */
export async function refused(path: string, temporaryFolder = temporaryDirectory()): Promise<string> {
  try {
    (await openInspection({ path, verifyThreads: 1, onProgress: () => undefined, temporaryFolder })).close();
    return 'opened';
  } catch (error) {
    if (error instanceof QuantumLockError) return error.code;
    throw error;
  }
}
