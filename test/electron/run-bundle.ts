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

import { SECRET_CHANNEL } from '../../electron/secret-window.ts';
import { CONNECT_CHANNEL, PORT_CHANNEL } from '../../electron/bridge.ts';
import type { contract } from '../../src/api/contract.ts';
import type { SignatureOutcome, SigningReview } from '../../src/api/operator/signing.ts';
import { FakeElectron } from './fake-electron.ts';
import { read } from './reading-hand.ts';

/** Nothing here takes longer; it also keeps the process alive, as Electron's own event loop does. */
setTimeout(() => fail('the application does not answer'), 60_000);

/** What is thrown, the application reports as a crash of its own. */
function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}

const [, , main = '', dataDirectory = ''] = process.argv;
process.argv = [process.argv0, '/checkout', '--data', dataDirectory, 'quantum-lock://block/0'];

const electron = new FakeElectron({ isPackaged: false });
electron.app.userDataFolder = `${dataDirectory}/machine`;
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
void electron.app.exited.then((code) => {
  if (electron.errorBoxes.length > 0) fail(`ended with ${code}: ${electron.errorBoxes.join(' ')}`);
});
while (electron.windows.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
const consoleWindow = electron.window;

electron.sendFromPage(CONNECT_CHANNEL, {});
const { received } = electron.window.webContents.mainFrame;
const port = received.find(({ channel }) => channel === PORT_CHANNEL)?.ports[0];
if (port === undefined) throw new Error('the page was given no port');
const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port }));
port.start();

const passphrase = 'correct horse battery staple';
const host = await client.operator.host();
const asked = await client.operator.requestDeed({
  deed: 'create_chain',
  chain_id: 'bundled',
  sandbox: false,
  administrator_name: 'Ada',
});
const founding = client.operator.awaitDeed({ deed_id: asked.deed_id });
await typed({ new_passphrase: passphrase, new_passphrase_again: passphrase });
const founded = await founding;
if (founded.outcome !== 'done') throw new Error(`not founded: ${JSON.stringify(founded)}`);
const created = await client.operator.host();

/** What a person types in the window of the main process. */
async function typed(fields: Readonly<Record<string, string>>): Promise<void> {
  while (electron.window === consoleWindow || electron.window.destroyed)
    await new Promise((resolve) => setTimeout(resolve, 10));
  electron.sendFromPage(SECRET_CHANNEL, {}, { decision: 'yes', ...fields });
}

/** Asks for a signature, and answers the dialog's one page. */
async function sign(
  envId: string,
  answer: FakeElectron['answers'][number],
): Promise<{ review: SigningReview; outcome: SignatureOutcome }> {
  const payload = { env_id: envId, state_hash: `0x${'11'.repeat(32)}`, metadata: {} };
  const request = await client.operator.requestReview({ kind: 'transaction', action: 'create_environment', payload });
  if (request.outcome !== 'review') throw new Error(`no review: ${JSON.stringify(request)}`);
  electron.answers = [answer];
  const { review } = request;
  const outcome = client.operator.awaitSignature({ review_id: review.review_id });
  if (answer !== 0) await typed({ passphrase });
  return { review, outcome: await outcome };
}
const signed = await sign('maze-7', read);
const refused = await sign('maze-8', 0);
const status = await client.chain.status();
/** What was opened at the start waited until a page asked. */
const opened = (await (await client.operator.opened()).next()).value;

/** The menu lists this data directory: it is closed and opened again, where its key asks for the passphrase. */
const recent = electron.menu
  .flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
  .flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
  .find(({ label }) => label === dataDirectory);
const boxCount = electron.messageBoxes.length;
electron.answers = [1];
(recent?.click as (() => void) | undefined)?.();
let reopened = await client.operator.host();
while (reopened.problem === null) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  reopened = await client.operator.host();
}
const boxes = electron.messageBoxes.slice(0, boxCount);
const reopening = {
  problem: reopened.problem.code,
  asked: electron.messageBoxes.slice(boxCount).map(({ message }) => message),
};

electron.app.quit();
const exitCode = await electron.app.exited;
console.log(
  JSON.stringify({ opened, reopening, host, created, signed, refused, height: status.height, boxes, exitCode }),
);
process.exit(exitCode);
