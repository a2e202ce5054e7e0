import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { ConfirmServer } from '../../../src/node/doors/confirm/server.ts';
import { LocalConsole, type LocalConsoleOptions } from '../../../src/node/doors/local-console.ts';
import { LocalPage } from '../../../src/node/doors/page/local-page.ts';
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
import { inspect } from '../inspection/inspected.ts';

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
    // Nothing is left of one that is not shown.
    const { inspection } = await inspect(data);
    const { showFile } = local.host.options.surface;
    await expect(showFile?.(inspection)).rejects.toThrow(coded('LIMIT_EXCEEDED'));
    expect(existsSync(inspection.dataDirectory)).toBe(false);
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

/** Status of a request to this machine, whatever the name; null where nothing listens. */
function ask(url: string): Promise<number | null> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve) =>
    request({ host: '127.0.0.1', port, path: pathname, headers: { host }, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', () => resolve(null))
      .end(),
  );
}

afterEach(() => void vi.restoreAllMocks());

describe('the window that confirms', () => {
  test('is there as long as the console is', async () => {
    const { local } = await open(places());
    const url = local.host.options.surface.confirmUrl('no-review') ?? '';
    // It is the window of a review, and there is no such review.
    expect(await ask(url)).toBe(410);
    await local.close();
    expect(await ask(url)).toBeNull();
  });

  test.each([
    [
      'with where it happened',
      new Error('a fault of the program'),
      /^confirming window: Error: a fault of the program\n +at /,
    ],
    ['as it is, where it is no error', 'a fault of the program', /^confirming window: a fault of the program$/],
  ])('tells the log of a fault of the program %s, and not its reader', async (_, fault, line) => {
    const { local, log } = await open(places());
    vi.spyOn(Host.prototype, 'desk', 'get').mockImplementation(() => {
      // oxlint-disable-next-line typescript/only-throw-error -- a library may throw anything
      throw fault;
    });
    expect(await ask(local.host.options.surface.confirmUrl('no-review') ?? '')).toBe(500);
    expect(log).toEqual([expect.stringMatching(line)]);
  });
});

describe('a console that cannot open', () => {
  test('leaves nothing open: neither its window nor its directory', async () => {
    const place = places();
    const listen = vi.spyOn(ConfirmServer.prototype, 'listen');
    const unbuilt = { ...place, pageDirectory: temporaryDirectory() };
    await expect(open(unbuilt)).rejects.toThrow(coded('SYSTEM_DEPENDENCY'));
    const [window] = listen.mock.contexts;
    const port = window instanceof ConfirmServer ? window.port : 0;
    expect(port).toBeGreaterThan(0);
    expect(await ask(`http://127.0.0.1:${port}/`)).toBeNull();
    expect(await findRunningNode(place.dataDirectory)).toBeNull();
    const { local } = await open(place);
    expect(local.host.problem).toBeNull();
  });

  test('for a fault of the program says so: only a port that is taken is replaced by another', async () => {
    const place = places();
    await (await open(place)).local.close();
    const fault = new TypeError('a fault of the program');
    vi.spyOn(LocalPage.prototype, 'listen').mockRejectedValueOnce(fault);
    const log: string[] = [];
    await expect(open({ ...place, log: (line) => log.push(line) })).rejects.toBe(fault);
    expect(log).toEqual([]);
  });

  test('yet gives no link to who asks before its page has an address', async () => {
    const place = places();
    const first = (await open(place)).local;
    const { port } = new URL(first.publicAddress);
    await first.close();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(Number(port), '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const opened = vi.spyOn(Host, 'open');
    const links: unknown[] = [];
    // Said while it looks for another port: commands reach the host already.
    const log = async (): Promise<void> => {
      const host = await (opened.mock.results[0]?.value as Promise<Host>);
      links.push(host.options.surface.makeLink());
    };
    const { local } = await open({ ...place, log: () => void log() });
    links.push(local.host.options.surface.makeLink());
    expect(links).toEqual([null, { url: expect.stringMatching(/#/) as string, public_url: local.publicAddress }]);
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
