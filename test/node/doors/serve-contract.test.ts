import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { expect, onTestFinished, test } from 'vitest';
import type { ContractClient } from '../../../src/cli/session.ts';
import { serveContract } from '../../../src/node/doors/serve-contract.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';

test('one contract is served to a port and in the process, to each as who they are', async () => {
  const { host } = await sandboxHost();
  const contract = serveContract(host);
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port2.close());
  contract.port(port1, { door: 'page', asker: 'window' });
  const page = createORPCClient<ContractClient>(new RPCLink({ port: port2 }));
  port2.start();
  const terminal = contract.client(TERMINAL);

  expect(await page.operator.host()).toEqual(await terminal.operator.host());
  // No page is served here: the person at a terminal is told so, and a page is not answered at all.
  await expect(terminal.operator.consoleLink()).rejects.toMatchObject({ code: 'NODE_STOPPED' });
  await expect(page.operator.consoleLink()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
});
