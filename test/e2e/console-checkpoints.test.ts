import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { checkpointKeyOf, proveCheckpointKey } from '../../src/node/checkpoints/checkpoint-key.ts';
import { decodeNote } from '../../src/ledger/checkpoints/signed-note.ts';
import { decodeCheckpoint } from '../../src/ledger/checkpoints/checkpoint.ts';
import { readGeneratedPassphrase } from '../../src/node/keys/passphrase.ts';
import { lookAt } from './real-console.ts';
import { openBench, SeededConsole, type Bench } from './seeded-console.ts';

/** Where files go that a person saves. */
const taken = mkdtempSync(join(tmpdir(), 'quantum-lock-taken-'));

let bench: Bench;
let sandbox: SeededConsole;

beforeAll(async () => {
  bench = await openBench();
  sandbox = await SeededConsole.start(bench);
});
afterAll(async () => {
  await sandbox.close();
  await bench.close();
  rmSync(taken, { recursive: true, force: true });
});

async function saved(page: Page, button: string): Promise<string> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await waiting;
  const path = join(taken, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** A key of this machine signs checkpoints, as the chain says from now on. */
async function nameKey(): Promise<void> {
  const { host, client, machine, elsewhere } = sandbox;
  const passphrase = readGeneratedPassphrase(machine.dataDirectory) ?? '';
  const key = await host.keyring.find('Operations 1');
  await client.operator.prepareCheckpointKey({ key_id: key.key_id, passphrase });
  const session = await host.keyring.file.openSession(passphrase);
  const own = checkpointKeyOf(session.secret(key.key_id));
  session.close();
  await elsewhere.enact('set_checkpoint_key', {
    public_key: own.publicKey,
    proof: proveCheckpointKey(own, host.node.chain),
  });
}

it('the log is signed for others, and a proof for their programs is made and checked', async () => {
  const open = await sandbox.open({ address: '#/explorer/checkpoints' });
  const { page } = open;
  await page.getByText('The chain names no key that signs checkpoints').waitFor();
  expect(await lookAt(page, 'no checkpoint key')).toEqual([]);

  await nameKey();
  await page.getByRole('heading', { level: 2, name: 'Keys that sign it' }).waitFor();
  await page.getByRole('button', { name: 'Sign the newest log' }).click();
  const { log_size: size } = await sandbox.status();
  await page
    .getByRole('definition')
    .filter({ hasText: `${size.toLocaleString('en')} transactions` })
    .waitFor();
  await page.getByText('no witness is named').waitFor();
  expect(await lookAt(page, 'checkpoints')).toEqual([]);
  const note = decodeNote(readFileSync(await saved(page, 'Save the newest checkpoint'), 'utf8'));
  expect(decodeCheckpoint(note.text)).toMatchObject({ size, root: (await sandbox.status()).log_root });

  // A transaction, for programs of others: the page checks both forms, and refuses one that is changed.
  const { rows } = await sandbox.client.chain.audit({ filter: { env_id: 'grid-maze' }, limit: 1 });
  await open.goTo(`#/explorer/proof/transaction/${rows[0]?.id}`);
  const tlog = await saved(page, 'Save as tlog-proof');
  const receipt = await saved(page, 'Save its receipt (COSE)');
  await open.goTo('#/explorer/check');
  const files = page.getByLabel('Files to check');
  await files.setInputFiles([tlog]);
  await page.getByRole('heading', { name: /Proof of a transaction \(tlog-proof\)/ }).waitFor();
  await page.getByText('Proved by this page itself.').waitFor();
  await files.setInputFiles([receipt]);
  await page.getByRole('heading', { name: /Receipt of a transaction/ }).waitFor();
  await page.getByText('Proved by this page itself.').waitFor();
  const changed = readFileSync(receipt);
  changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
  await files.setInputFiles({ name: 'changed.cose', mimeType: 'application/cose', buffer: changed });
  await page.getByText('Not proved.').waitFor();

  // Whether an environment is Green, from its own page.
  await open.goTo('#/environments/grid-maze');
  await page.getByRole('link', { name: 'Proof of whether it is Green' }).click();
  await page.getByRole('heading', { level: 2, name: 'Proof of Green' }).waitFor();
  await page.getByText(/Proved by this page itself\. As of block .* grid-maze/).waitFor();
  const green = await saved(page, 'Download the proof');
  await open.goTo('#/explorer/check');
  await files.setInputFiles([green]);
  await page.getByRole('heading', { name: /Proof of what was Green/ }).waitFor();
  await page.getByText('Proved by this page itself.').waitFor();
  await open.close();
});
