import { QuantumLockError } from '../../base/errors.ts';
import type { KeyCard } from '../../ledger/documents/key-card.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import type { KeyInfo } from '../../node/keys/key-store.ts';
import type { CommandContext } from '../context.ts';
import type { ContractClient } from '../session.ts';
import { keyCardArgument } from './key-card-argument.ts';
import { withSuccessor } from './new-key.ts';
import { propose } from './propose.ts';
import { chainOf } from './same-chain.ts';

/**
 * Proposes a new key for a validator. Where it is this node's own, the node is given the new key first: it seals with it
 * from the block after the one that says so.
 */
export async function rotateValidatorKey(
  context: CommandContext,
  options: { readonly validatorId: string; readonly key?: string },
): Promise<void> {
  const { validatorId } = options;
  const config = readNodeConfig(context.dataDirectory);
  const isHere = config.validator.validator_id === validatorId;
  await context.withSession('full', async (client) => {
    const wanted = { chain: await chainOf(client), subject: `validator/${validatorId}` } as const;
    const rotate = async (card: KeyCard): Promise<void> => {
      const { public_key, proof } = card;
      const key = (await context.keyring.list()).find((one) => one.public_key === public_key);
      if (isHere && key !== undefined) await prepare(context, client, key);
      await propose(context, client, {
        action: 'rotate_validator',
        payload: { validator_id: validatorId, public_key, proof },
      });
    };
    if (options.key !== undefined) return rotate(await keyCardArgument(context, options.key, wanted));
    if (!isHere)
      throw new QuantumLockError('USAGE', `this node does not seal for ${validatorId}`, {
        advice: `Run this on the machine of that validator, or give its new key with --key: a card made there by dm key prove KEY --for ${wanted.subject}.`,
      });
    const before = await context.keyring.find(config.validator.key_id);
    await withSuccessor(context, before, async (key) => rotate(await context.prove({ key, ...wanted })));
  });
}

/** Hands the key to the node, which needs the passphrase where it is in the encrypted file. */
async function prepare(context: CommandContext, client: ContractClient, key: KeyInfo): Promise<void> {
  const passphrase = key.store === 'file' ? (await context.passphrase('open')).passphrase : undefined;
  await client.operator.prepareSealingKey({
    key_id: key.key_id,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
