import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';

import { encodeApproval, encodeApprovalLine } from '../../src/ledger/documents/approval.ts';
import { openBench, SeededConsole, type Bench, type OpenPage } from './seeded-console.ts';

/** Links and notifications of the desktop, as the page hears of them. */

let bench: Bench;
let sandbox: SeededConsole;
let open: OpenPage;

beforeAll(async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/bus');
  bench = await openBench();
  sandbox = await SeededConsole.start(bench);
});
afterEach(() => open.close());
afterAll(async () => {
  await sandbox.close();
  await bench.close();
  vi.unstubAllEnvs();
});

it('shows what was opened before there was a page, then what comes, above anything that is open', async () => {
  const { opened } = sandbox.host;
  opened.add({ kind: 'environment', env_id: 'grid-maze' });
  open = await sandbox.open();
  const { page } = open;
  await page.waitForURL(/#\/environments\/grid-maze$/);
  await page.getByRole('heading', { name: 'grid-maze' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  opened.add({ kind: 'block', index: 2 });
  await page.waitForURL(/#\/explorer\/block\/2$/);
  await page.getByRole('heading', { name: 'Block 2' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);

  const { rows } = await sandbox.client.chain.audit({ filter: {}, limit: 1 });
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('no transaction');
  opened.add({ kind: 'transaction', transaction_id: id });
  await page.waitForURL(new RegExp(`#/explorer/transaction/${id}$`));

  await page.goBack();
  await page.getByRole('heading', { name: 'Block 2' }).waitFor();
});

it('keeps approvals that come before the page knows its chain', async () => {
  const { elsewhere, host } = sandbox;
  await elsewhere.propose('operations-2', 'set_parameter', { name: 'transaction_window_ms', value: 180_000 });
  const approval = encodeApproval(elsewhere.approval('security-lead', await elsewhere.openProposal()));
  const known = Promise.withResolvers<void>();
  sandbox.answer({ status: (real) => known.promise.then(real) });
  open = await sandbox.open();
  const { page } = open;
  host.opened.add({ kind: 'file', name: 'early.json', content: Buffer.from(approval).toString('base64') });
  await page.waitForURL(/#\/approvals\?do=import$/);
  await page.getByRole('heading', { name: 'Import an approval' }).waitFor();
  expect(await page.getByText('The chain is not loaded yet.').count()).toBe(0);
  known.resolve();
  await page.getByText('Approved by Security lead.').waitFor();
  await sandbox.settle();
});

it('takes a file for what is in it: a proposal is opened, approvals are imported, a proof is checked', async () => {
  const { client, elsewhere, host } = sandbox;
  await elsewhere.propose('operations-2', 'set_parameter', { name: 'transaction_window_ms', value: 120_000 });
  const proposalId = await elsewhere.openProposal();
  const { text } = await client.chain.proposalFile({ proposal_id: proposalId });
  const { rows } = await client.chain.audit({ filter: {}, limit: 1 });
  const proof = JSON.stringify(await client.chain.transactionProof({ id: rows[0]?.id ?? proposalId }));
  const approval = encodeApproval(elsewhere.approval('security-lead', proposalId));
  const opened = (name: string, content: string): void =>
    host.opened.add({ kind: 'file', name, content: Buffer.from(content).toString('base64') });

  open = await sandbox.open();
  const { page } = open;
  opened('anything.json', text);
  await page.waitForURL(new RegExp(`#/approvals/${proposalId}$`));
  opened('again.json', approval);
  await page.waitForURL(/#\/approvals\?do=import$/);
  await page.getByText('Approved by Security lead.').waitFor();
  opened('proof.json', proof);
  await page.getByText('Proof of a transaction: proof.json').waitFor();
  opened('line.txt', encodeApprovalLine(elsewhere.approval('security-lead', proposalId)));
  await page.waitForURL(/#\/approvals\?do=import$/);
  opened('notes.txt', 'no document');
  await page.getByText('notes.txt is no proof, no receipt').waitFor();
  opened('monday.backup', 'quantum-lock/backup/v1\n');
  await page.getByText('monday.backup is no proof, no receipt').waitFor();
  await sandbox.settle();
});
