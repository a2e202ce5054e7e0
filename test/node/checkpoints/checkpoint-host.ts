import type { Hash } from '../../../src/base/bytes.ts';
import { checkpointKeyOf, proveCheckpointKey } from '../../../src/node/checkpoints/checkpoint-key.ts';
import { newKey, sandboxHost, type SandboxHost } from '../governance/sandbox-host.ts';

const PASSPHRASE = 'a passphrase for tests';

export interface CheckpointHost {
  readonly sandbox: SandboxHost;
  /** Of the newest key that the chain named. */
  verifierKey(): Promise<string>;
  /** Commits a transaction, and says its id. */
  grow(id: string): Promise<Hash>;
  /** Makes a key on this machine, and lets the chain name it. */
  nameKey(name: string): Promise<void>;
}

/** A sandbox chain that names a key of its own node for checkpoints. */
export async function checkpointHost(): Promise<CheckpointHost> {
  const sandbox = await sandboxHost();
  const { host, client } = sandbox;
  const nameKey = async (name: string): Promise<void> => {
    await newKey(sandbox, name);
    const key = await host.keyring.find(name);
    await client.operator.prepareCheckpointKey({ key_id: key.key_id, passphrase: PASSPHRASE });
    const session = await host.keyring.file.openSession(PASSPHRASE);
    const own = checkpointKeyOf(session.secret(key.key_id));
    session.close();
    const payload = { public_key: own.publicKey, proof: proveCheckpointKey(own, host.node.chain) };
    await sandbox.as('Operations 1');
    const proposed = await sandbox.propose('set_checkpoint_key', payload);
    if (proposed.outcome !== 'committed') throw new Error(JSON.stringify(proposed));
    const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
    await sandbox.as('Operations 2');
    const approved = await sandbox.send('approve', { proposal_id: proposals[0]?.proposal_id ?? '' });
    if (approved.outcome !== 'committed') throw new Error(JSON.stringify(approved));
  };
  await nameKey('Checkpoints');
  return {
    sandbox,
    nameKey,
    verifierKey: async () => (await client.chain.checkpointKeys()).keys[0]?.verifier_key ?? '',
    async grow(id) {
      const payload = { env_id: id, state_hash: `0x${'ab'.repeat(32)}`, metadata: {} };
      const sent = await sandbox.send('create_environment', payload);
      if (sent.outcome !== 'committed') throw new Error(JSON.stringify(sent));
      return sent.receipt.id;
    },
  };
}
