import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { InspectionConsole, openInspectedHost } from '../../../src/node/doors/inspection-console.ts';
import { Host } from '../../../src/node/host/host.ts';
import type { Inspection } from '../../../src/node/inspection/open-inspection.ts';
import { foundTestChain } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { inspect } from '../inspection/inspected.ts';

const OPTIONS = { version: 'test', now: () => 1_700_000_000_000, log: (): void => undefined };

async function inspectedChain(): Promise<Inspection> {
  const directory = join(temporaryDirectory(), 'data');
  foundTestChain(directory);
  return (await inspect(directory)).inspection;
}

/** Those that were opened meanwhile. */
function openedHosts(): () => Promise<readonly Host[]> {
  const open = vi.spyOn(Host, 'open');
  return () => Promise.all(open.mock.results.map(({ value }) => value as Promise<Host>));
}

afterEach(() => void vi.restoreAllMocks());

describe('a page on a file', () => {
  test('is served as long as it is open, and leaves nothing of the file behind', async () => {
    const pageDirectory = temporaryDirectory();
    writeFileSync(join(pageDirectory, 'index.html'), '<!doctype html><title>console</title>');
    const inspection = await inspectedChain();
    const shown = await InspectionConsole.open({ ...OPTIONS, inspection, pageDirectory, port: 0 });
    onTestFinished(() => shown.close());
    const { port, hash } = new URL(shown.link);
    expect(hash).not.toBe('');
    const address = `http://127.0.0.1:${port}/`;
    expect((await fetch(address)).status).toBe(200);
    expect(shown.host.isOpen).toBe(true);
    expect(existsSync(inspection.dataDirectory)).toBe(true);
    await shown.close();
    await expect(fetch(address)).rejects.toThrow();
    expect(shown.host.isOpen).toBe(false);
    expect(existsSync(inspection.dataDirectory)).toBe(false);
  });

  test('that cannot be served leaves nothing open, and nothing of the file behind', async () => {
    const inspection = await inspectedChain();
    const hosts = openedHosts();
    const unbuilt = temporaryDirectory();
    await expect(InspectionConsole.open({ ...OPTIONS, inspection, pageDirectory: unbuilt, port: 0 })).rejects.toThrow(
      coded('SYSTEM_DEPENDENCY'),
    );
    expect((await hosts()).map(({ isOpen }) => isOpen)).toEqual([false]);
    expect(existsSync(inspection.dataDirectory)).toBe(false);
  });
});

describe('a host on a file', () => {
  test('counts what was verified when the file was laid out as its check', async () => {
    const inspection = await inspectedChain();
    const host = await openInspectedHost({ ...OPTIONS, inspection });
    onTestFinished(() => host.close());
    expect((await host.node.status()).verified).toMatchObject({
      height: inspection.head.height,
      time: OPTIONS.now(),
      ok: true,
    });
  });

  test('that cannot open its chain says why, and leaves nothing of the file behind', async () => {
    const inspection = await inspectedChain();
    rmSync(join(inspection.dataDirectory, 'chain'), { recursive: true });
    const hosts = openedHosts();
    await expect(openInspectedHost({ ...OPTIONS, inspection })).rejects.toThrow(coded('CHAIN_MISSING'));
    expect((await hosts()).map(({ isOpen }) => isOpen)).toEqual([false]);
    expect(existsSync(inspection.dataDirectory)).toBe(false);
  });
});
