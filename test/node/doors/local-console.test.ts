import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { LocalConsole, type LocalConsoleOptions } from '../../../src/node/doors/local-console.ts';
import { serveContract } from '../../../src/node/doors/serve-contract.ts';
import { DirectoryDoor } from '../../../src/node/doors/socket/directory-door.ts';
import { findRunningNode } from '../../../src/node/doors/socket/running-node.ts';
import { INSPECTIONS_OPEN_MAX } from '../../../src/base/limits.ts';
import type { InspectEvent } from '../../../src/api/operator/inspection.ts';
import { Host } from '../../../src/node/host/host.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { NO_SURFACE } from '../../../src/node/host/surface.ts';
import { foundTestChain } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** An empty data directory, and a page that is built. */
function places(): { readonly dataDirectory: string; readonly pageDirectory: string } {
  const root = temporaryDirectory();
  const [dataDirectory, pageDirectory] = [join(root, 'data'), join(root, 'page')];
  mkdirSync(dataDirectory, { mode: 0o700 });
  mkdirSync(pageDirectory);
  writeFileSync(join(pageDirectory, 'index.html'), '<!doctype html><title>console</title>');
  return { dataDirectory, pageDirectory };
}

async function open(
  options: Pick<LocalConsoleOptions, 'dataDirectory' | 'pageDirectory'> & Partial<LocalConsoleOptions>,
): Promise<{ readonly local: LocalConsole; readonly log: string[] }> {
  const log: string[] = [];
  const local = await LocalConsole.open({
    version: 'test',
    port: 0,
    passphrase: null,
    folders: [],
    now: Date.now,
    log: (line) => log.push(line),
    ...options,
  });
  onTestFinished(() => local.close());
  return { local, log };
}

describe('a file beside the chain', () => {
  test('is shown in a page of its own, from where the page may look, and closed with the console', async () => {
    const place = places();
    const granted = temporaryDirectory();
    const data = join(granted, 'data');
    foundTestChain(data);
    const { local } = await open({ ...place, folders: [granted] });
    const { operator } = serveContract(local.host).client({ door: 'page', asker: 'page' });
    const shown = async (path: string): Promise<InspectEvent[]> => {
      const events: InspectEvent[] = [];
      for await (const event of await operator.inspectFile({ path })) events.push(event);
      return events;
    };
    await expect(shown(place.dataDirectory)).rejects.toMatchObject({ code: 'FOLDER_NOT_GRANTED' });
    await expect(shown(granted)).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
    const done = (await shown(data)).at(-1);
    if (done?.type !== 'done') throw new Error('it was not shown');
    expect(done.name).toBe('data');
    const { origin, port } = new URL(done.url);
    expect(origin).not.toBe(new URL(local.link).origin);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    for (let more = 1; more < INSPECTIONS_OPEN_MAX; more++) expect((await shown(data)).at(-1)?.type).toBe('done');
    await expect(shown(data)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await local.close();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test('is not shown where no page is served', async () => {
    const data = join(temporaryDirectory(), 'data');
    const host = await Host.open({
      dataDirectory: data,
      surface: NO_SURFACE,
      version: 'test',
      mode: 'read',
      passphrase: null,
      now: Date.now,
      log: () => undefined,
      openDoor: null,
    });
    onTestFinished(() => host.close());
    const shown = await serveContract(host).client(TERMINAL).operator.inspectFile({ path: data });
    await expect(shown.next()).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  });
});

describe('a console without a desktop', () => {
  test('opens a page, the window that confirms and the commands’ socket, and closes all of them', async () => {
    const place = places();
    const granted = temporaryDirectory();
    const { local, log } = await open({ ...place, folders: [granted] });
    expect(local.host.options.surface.makeLink()).toMatchObject({ public_url: local.publicAddress });
    expect(local.link).toMatch(/^http:\/\/[0-9a-f]{32}\.localhost:\d+\/#/);
    expect(local.host.options.surface.makeLink()?.url).not.toBe(local.link);
    expect(local.signingCode).toMatch(/^\d\d(?:-\d\d){5}$/);
    expect(local.host.folders.list(undefined).entries).toMatchObject([{ name: granted }]);
    const page = await fetch(local.publicAddress);
    expect([page.status, log]).toEqual([200, []]);
    const found = await findRunningNode(place.dataDirectory);
    expect(found).toMatchObject({ runs: 'console', chain: 'none' });
    found?.socket.terminate();
    await local.close();
    await expect(fetch(local.publicAddress)).rejects.toThrow();
    expect(await findRunningNode(place.dataDirectory)).toBeNull();
  });

  test('keeps its port from run to run where it is free, and takes the one that is asked for', async () => {
    const place = places();
    const first = (await open(place)).local;
    const address = first.publicAddress;
    await first.close();
    const second = (await open(place)).local;
    expect(second.publicAddress).toBe(address);
    await second.close();
    const { port } = new URL(address);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(Number(port), '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const third = await open(place);
    expect(third.local.publicAddress).not.toBe(address);
    expect(third.log).toEqual([
      `Port ${port}, which this console had last time, is taken: it gets another one this time.`,
    ]);
    await third.local.close();
    await expect(open({ ...place, port: Number(port) })).rejects.toThrow(coded('SYSTEM_DEPENDENCY'));
    // What had opened by then is closed: another one opens.
    await new Promise<void>((resolve) => void taken.close(() => resolve()));
    const fourth = (await open({ ...place, port: Number(port) })).local;
    expect(new URL(fourth.publicAddress).port).toBe(port);
  });

  test('does not open without its page, nor below a folder that is not there', async () => {
    const { dataDirectory } = places();
    await expect(open({ dataDirectory, pageDirectory: temporaryDirectory() })).rejects.toThrow(
      coded('SYSTEM_DEPENDENCY'),
    );
    const place = places();
    await expect(open({ ...place, folders: [join(place.dataDirectory, 'gone')] })).rejects.toThrow();
    await open(place);
  });
});

describe('the door of a data directory', () => {
  test('is one process’s at a time, and free when that has closed', async () => {
    const place = places();
    const { local } = await open(place);
    await expect(DirectoryDoor.open(local.host)).rejects.toThrow(coded('DATA_DIR_LOCKED'));
    await local.close();
    const door = await DirectoryDoor.open(local.host);
    expect(await findRunningNode(place.dataDirectory).then((found) => found?.socket.terminate())).toBeUndefined();
    await door?.close();
    const again = await DirectoryDoor.open(local.host);
    await again?.close();
  });

  test('is not made where there is no directory, or somebody’s other files are', async () => {
    const place = places();
    const gone = join(place.dataDirectory, 'gone');
    const { local } = await open({ ...place, dataDirectory: gone });
    expect(existsSync(gone)).toBe(false);
    expect(await DirectoryDoor.open(local.host)).toBeNull();
    const other = places();
    writeFileSync(join(other.dataDirectory, 'holiday.jpg'), 'somebody’s');
    const { local: beside } = await open(other);
    expect(existsSync(join(other.dataDirectory, 'node.sock'))).toBe(false);
    expect(await DirectoryDoor.open(beside.host)).toBeNull();
  });
});
