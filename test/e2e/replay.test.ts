import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import type { Browser, Page } from 'playwright';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readVectorText } from '../vectors/make.ts';
import { replayVectors, type ReplayResult, type ReplayVectors } from '../vectors/replay-vectors.ts';
import { launchChromium } from './chromium.ts';

/**
 * The ledger in a browser: the same bytes give the same ids and roots as in Node, though the page hashes with noble and
 * Node with its own library.
 */
const vectors = {
  chain: JSON.parse(readVectorText('chain')) as unknown,
  proofs: JSON.parse(readVectorText('proofs')) as unknown,
} as ReplayVectors;

interface Bundle {
  readonly code: string;
  readonly modules: readonly string[];
}

/** The ledger and what it imports as one script, made in memory as the renderer's is. */
async function bundleReplay(): Promise<Bundle> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    build: {
      write: false,
      minify: true,
      lib: {
        entry: fileURLToPath(new URL('../vectors/replay-vectors.ts', import.meta.url)),
        formats: ['iife'],
        name: 'replay',
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built as Rolldown.RolldownOutput];
  const chunk = output?.output[0];
  if (chunk?.type !== 'chunk') throw new Error('the bundle has no script');
  return { code: chunk.code, modules: Object.keys(chunk.modules) };
}

describe('the ledger in Chromium', () => {
  let bundle: Bundle;
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    bundle = await bundleReplay();
    server = createServer((request, response) => {
      const isScript = request.url === '/replay.js';
      response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
      response.end(isScript ? bundle.code : '<!doctype html><title>replay</title><script src="/replay.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const replayInPage = (documents: ReplayVectors): Promise<ReplayResult> =>
    page.evaluate((given) => {
      const { replay } = globalThis as unknown as { replay: { replayVectors(documents: unknown): ReplayResult } };
      return replay.replayVectors(given);
    }, documents);

  test("hashes with noble, and holds nothing of Node's", () => {
    expect(bundle.modules.filter((module) => module.includes('sha256.noble'))).toHaveLength(1);
    expect(bundle.modules.filter((module) => module.includes('sha256.node') || module.startsWith('node:'))).toEqual([]);
  });

  test('replays the vectors to the ids, leaves, hashes and roots of Node', async () => {
    const inNode = replayVectors(vectors);
    const inPage = await replayInPage(vectors);
    expect(inPage).toEqual(inNode);
    expect(inPage.blocks.map(({ fault }) => fault)).toEqual(vectors.chain.blocks.map(() => null));
    const committed = vectors.chain.blocks as unknown as { hash: string; state_root: string }[];
    expect(inPage.blocks.map(({ hash }) => hash)).toEqual(committed.map(({ hash }) => hash));
    expect(inPage.blocks.map(({ stateRoot }) => stateRoot)).toEqual(committed.map(({ state_root }) => state_root));
    expect(inPage.proofs).toEqual(inPage.proofs.map(() => true));
    expect(inPage.sha256).toBe('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('refuses a chain with one transaction changed, and names the fault as Node does', async () => {
    const changed = structuredClone(vectors) as unknown as {
      chain: { blocks: { transactions: { transaction: string }[] }[] };
    };
    const target = changed.chain.blocks[1]?.transactions[0];
    if (target === undefined) throw new Error('block 1 is empty');
    target.transaction = target.transaction.replace('"nonce":0', '"nonce":5');
    const broken = changed as unknown as ReplayVectors;
    const inPage = await replayInPage(broken);
    expect(inPage.blocks[1]?.fault).toContain('signature does not verify');
    expect(inPage).toEqual(replayVectors(broken));
  });
});
