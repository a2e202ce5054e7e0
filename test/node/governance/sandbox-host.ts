import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { onTestFinished } from 'vitest';

import type { SignatureOutcome, SignatureRequest, SigningReview } from '../../../src/api/operator/signing.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import { Host } from '../../../src/node/host/host.ts';
import { NO_SURFACE } from '../../../src/node/host/surface.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';
import { createChain } from '../../../src/node/host/create-chain.ts';

const PASSPHRASE = 'a passphrase for tests';

export interface SandboxHost {
  readonly host: Host;
  readonly client: ContractClient;
  readonly directory: string;
  /** Lets this identity act from now on, by its name. */
  as(name: string): Promise<void>;
  /** Asks, and confirms as a person would. */
  propose(action: string, payload: JsonObject): Promise<SignatureOutcome>;
  send(action: string, payload: JsonObject): Promise<SignatureOutcome>;
  confirm(request: SignatureRequest): Promise<SignatureOutcome>;
  /** Proves that a key of this machine is held. */
  prove(keyName: string, subject: string): Promise<{ public_key: string; proof: string }>;
  /** Closes the host and opens it again, as a restart does. */
  restart(): Promise<SandboxHost>;
}

/** A real sandbox chain, three administrators, keys in the encrypted file, one process. */
export async function sandboxHost(
  directory: string = mkdtempSync(join(tmpdir(), 'quantum-lock-governance-')),
  /** How far ahead the clock was by which the chain was founded, in milliseconds. */
  { aheadMs = 0 }: { readonly aheadMs?: number } = {},
): Promise<SandboxHost> {
  const open = (): Promise<Host> =>
    Host.open({
      dataDirectory: directory,
      surface: NO_SURFACE,
      version: 'test',
      mode: 'full',
      passphrase: PASSPHRASE,
      now: Date.now,
      log: () => undefined,
      openDoor: null,
    });
  // Deriving the file's key takes half a second, as it should: here it is made cheap, and stays so.
  const keyring = openKeyring(directory, { clock: Date.now, kdf: { n: 2, r: 8, p: 1 } });
  if (!keyring.file.exists) await keyring.file.initialise(PASSPHRASE);
  keyring.close();
  const host = await open();
  if (host.problem !== null) throw new Error(host.problem.message);
  const isNew = (await host.info()).chain === null;
  if (isNew) {
    await createChain({
      dataDirectory: directory,
      chainId: 'sandbox',
      sandbox: true,
      keyStore: 'file',
      passphrase: PASSPHRASE,
      administratorName: 'Administrator',
      keyring: host.keyring,
      now: () => Date.now() + aheadMs,
    });
    await host.tryOpen(PASSPHRASE);
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  }
  onTestFinished(() => host.close());
  const client = createRouterClient(hostRouter, { context: { host, ...TERMINAL } });
  const confirm = async (request: SignatureRequest): Promise<SignatureOutcome> => {
    if (request.outcome === 'rejected') return request;
    return host.desk.confirm(request.review.review_id, { passphrase: PASSPHRASE });
  };
  return {
    host,
    client,
    directory,
    async as(name) {
      await client.operator.selectIdentity({ key_id: (await host.keyring.find(name)).key_id });
    },
    propose: async (action, payload) =>
      confirm(await client.operator.requestReview({ kind: 'proposal', action, payload })),
    send: async (action, payload) =>
      confirm(await client.operator.requestReview({ kind: 'transaction', action, payload })),
    confirm,
    async prove(keyName, subject) {
      const key = await host.keyring.find(keyName);
      const outcome = await confirm(
        await client.operator.requestReview({ kind: 'possession', key_id: key.key_id, subject }),
      );
      if (outcome.outcome !== 'signed') throw new Error(`not proved: ${JSON.stringify(outcome)}`);
      return { public_key: key.public_key, proof: outcome.signature };
    },
    async restart() {
      await host.close();
      return sandboxHost(directory);
    },
  };
}

export function reviewOf(request: SignatureRequest): SigningReview {
  if (request.outcome !== 'review') throw new Error(JSON.stringify(request.rejection));
  return request.review;
}

/** A key in the encrypted file, as a person makes it who gives the passphrase. */
export async function newKey({ host, client }: SandboxHost, name: string): Promise<void> {
  const { deed_id } = await client.operator.requestDeed({ deed: 'create_key', name });
  await host.deeds.confirm(deed_id, { passphrase: PASSPHRASE });
}
