import type { PublicKey } from '../../base/bytes.ts';
import type { MemberView } from '../../api/chain/members.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { KeyCard } from '../../ledger/documents/key-card.ts';
import { readNodeConfig, writeNodeConfig } from '../../node/data-directory/node-config.ts';
import type { CommandContext } from '../context.ts';
import { fields, time } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { findMember } from './find-member.ts';
import { keyCardArgument } from './key-card-argument.ts';
import { withSuccessor } from './new-key.ts';
import { propose, signingMember } from './propose.ts';
import { chainOf } from './same-chain.ts';

export interface RotateOptions {
  /** Null: the signing key's own member. */
  readonly memberId: string | null;
  readonly old?: PublicKey;
  readonly key?: string;
}

/** Anyone who signs with a key may replace that key alone; any other key is replaced by a proposal. */
export async function rotateMemberKey(context: CommandContext, options: RotateOptions): Promise<void> {
  await context.withSession('full', async (client) => {
    const signer = await context.signingKey();
    const own = await signingMember(context, client);
    const member = await findMember(client, options.memberId ?? own);
    const oldKey = options.old ?? defaultOldKey(member, member.member_id === own ? signer.public_key : null);
    const isOwn = member.member_id === own && oldKey === signer.public_key;
    const rotate = (card: KeyCard): Promise<void> => {
      const { public_key, proof } = card;
      const payload = { member_id: member.member_id, old_key: oldKey, new_key: public_key, proof };
      return isOwn ? rotateOwn(context, client, payload) : propose(context, client, { action: 'rotate_key', payload });
    };
    const wanted = {
      chain: await chainOf(client),
      subject: `member/${member.member_id}`,
    } as const;
    if (options.key !== undefined) return rotate(await keyCardArgument(context, options.key, wanted));
    const here = (await context.keyring.list()).find(({ public_key }) => public_key === oldKey);
    if (here === undefined)
      throw new QuantumLockError('USAGE', `the old key of ${member.member_id} is not on this machine`, {
        advice: `Give its holder's new key with --key: a card made by dm key prove KEY --for ${wanted.subject}.`,
      });
    await withSuccessor(context, here, async (key) => rotate(await context.prove({ key, ...wanted })));
  });
}

function defaultOldKey({ member_id, keys }: MemberView, own: PublicKey | null): PublicKey {
  const active = keys.filter(({ status }) => status === 'active').map(({ public_key }) => public_key);
  const [only, ...more] = active;
  if (own !== null && active.includes(own)) return own;
  if (only === undefined || more.length > 0)
    throw new QuantumLockError('USAGE', `${member_id} has ${active.length} keys: name the one to replace with --old`);
  return only;
}

/** Signed with the old key, for the last time. Where it acted on this machine, the new one does now. */
async function rotateOwn(
  context: CommandContext,
  client: ContractClient,
  payload: {
    readonly member_id: string;
    readonly old_key: PublicKey;
    readonly new_key: PublicKey;
    readonly proof: string;
  },
): Promise<void> {
  const { review, receipt } = await context.signAndSubmit(client, { action: 'rotate_key', payload });
  const keys = await context.keyring.list();
  const config = readNodeConfig(context.dataDirectory);
  const before = keys.find(({ public_key }) => public_key === payload.old_key);
  const after = keys.find(({ public_key }) => public_key === payload.new_key);
  const isActing = after !== undefined && before?.key_id === config.acting_key_id;
  if (isActing) writeNodeConfig(context.dataDirectory, { ...config, acting_key_id: after.key_id });
  const document = {
    ...receipt,
    action: 'rotate_key',
    sentence: review.sentence,
    public_key: payload.new_key,
    fingerprint: fingerprintWords(payload.new_key),
    acting: isActing,
  };
  context.output.result(document, () =>
    fields([
      ['done', review.sentence],
      ['new key', payload.new_key],
      ['words', document.fingerprint.join(' ')],
      ['block', `${receipt.block_index}  ${time(receipt.block_time)}`],
      ['acts', isActing ? 'the new key, from now on' : 'unchanged: dm key use KEY'],
    ]),
  );
}
