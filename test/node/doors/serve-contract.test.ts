import { EventEmitter } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { expect, onTestFinished, test } from 'vitest';
import type { ContractClient } from '../../../src/cli/session.ts';
import { serveContract, type ServedContract } from '../../../src/node/doors/serve-contract.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';

type ServedPort = Parameters<ServedContract['port']>[0];

/** As Electron gives one to its main process: it delivers nothing before it was started. */
class HeldPort extends EventEmitter {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
  }

  start(): void {
    this.#port.addEventListener('message', (event) => this.emit('message', event));
    this.#port.start();
  }

  postMessage(data: unknown): void {
    this.#port.postMessage(data);
  }
}

/** As a page in another process calls. */
function pageOf(contract: ServedContract, as: (port: MessagePort) => ServedPort = (port) => port): ContractClient {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port2.close());
  contract.port(as(port1), { door: 'page', asker: 'window' });
  const page = createORPCClient<ContractClient>(new RPCLink({ port: port2 }));
  port2.start();
  return page;
}

test('one contract is served to a port and in the process, to each as who they are', async () => {
  const { host } = await sandboxHost();
  const contract = serveContract(host);
  const page = pageOf(contract);
  const terminal = contract.client(TERMINAL);

  expect(await page.operator.host()).toEqual(await terminal.operator.host());
  const held = pageOf(contract, (port) => new HeldPort(port));
  expect(await held.operator.host()).toEqual(await terminal.operator.host());
  // No page is served here: the person at a terminal is told so, and a page is not answered at all.
  await expect(terminal.operator.consoleLink()).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  await expect(page.operator.consoleLink()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
});

test('a stream that fails once it is read says why, as an answer does', async () => {
  const { host } = await sandboxHost();
  const page = pageOf(serveContract(host));
  await host.closeChain();
  const { chain, operator } = page;
  for (const stream of [
    () => chain.events(),
    () => operator.verify({ job_id: 'none' }),
    () => operator.scanDirectory({ path: '/etc' }),
  ]) {
    const read = async (): Promise<unknown> => (await stream()).next();
    await expect(read()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?!INTERNAL)/) as string,
      defined: false,
    });
    await expect(read()).rejects.toMatchObject({ data: { advice: expect.stringMatching(/./) as string } });
  }
  await expect((await chain.events()).next()).rejects.toMatchObject({ code: 'NODE_STOPPED' });
});
