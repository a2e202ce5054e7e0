/**
 * Runs the bundled desktop application with everything real but Electron itself: creates a chain, signs one transaction
 * through the main-owned dialog, quits, and prints what it saw as one line of JSON. Run by electron-bundle.test.ts.
 *   node test/electron/run-bundle.ts <bundled main.js> <data directory>
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';

import { CONNECT_CHANNEL, PORT_CHANNEL } from '../../electron/bridge.ts';
import type { contract } from '../../src/api/contract.ts';
import { FakeElectron } from './fake-electron.ts';

const [, , main = '', dataDirectory = ''] = process.argv;
process.argv = [process.argv0, '/checkout', '--data', dataDirectory];

const electron = new FakeElectron();
Object.assign(globalThis, { fakeElectron: electron });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: 'fake:electron', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === 'fake:electron'
      ? { format: 'module', source: 'export default globalThis.fakeElectron;', shortCircuit: true }
      : next(url, context),
});
await import(pathToFileURL(main).href);
while (electron.windows.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));

electron.sendFromPage(CONNECT_CHANNEL, {});
const { received } = electron.window.webContents.mainFrame;
const port = received.find(({ channel }) => channel === PORT_CHANNEL)?.ports[0];
if (port === undefined) throw new Error('the page was given no port');
const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port }));
port.start();

const host = await client.operator.host();
const created = await client.operator.createChain({
  chain_id: 'bundled',
  sandbox: false,
  key_store: 'file',
  passphrase: 'correct horse battery staple',
  administrator_name: 'Ada',
});
const request = await client.operator.requestSignature({
  action: 'create_environment',
  payload: { env_id: 'maze-7', state_hash: `0x${'11'.repeat(32)}`, metadata: {} },
});
if (request.outcome !== 'review') throw new Error(`no review: ${JSON.stringify(request)}`);
electron.answers = [1];
const signed = await client.operator.awaitSignature({ review_id: request.review.review_id });
const status = await client.chain.status();

electron.app.quit();
const exitCode = await electron.app.exited;
const boxes = electron.messageBoxes;
console.log(JSON.stringify({ host, created, review: request.review, signed, height: status.height, boxes, exitCode }));
process.exit(exitCode);
