import { InvalidArgumentError } from 'commander';
import type { MemberView } from '../../api/chain/members.ts';
import { isPublicKey, type PublicKey } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Level } from '../../ledger/permissions.ts';
import { findMember } from '../governance/find-member.ts';
import { keyCardArgument } from '../governance/key-card-argument.ts';
import { propose } from '../governance/propose.ts';
import { rotateMemberKey } from '../governance/rotate-member-key.ts';
import { fields, table, time } from '../output.ts';
import { level } from './arguments.ts';
import type { RegisterCommands } from './command.ts';
import { chainOf } from '../governance/same-chain.ts';

function describeMember(member: MemberView): string[] {
  return fields([
    ['member', member.member_id],
    ['name', member.name],
    ['level', member.level],
    ['may', member.permissions.join(', ')],
    ['status', member.status],
    ['since', time(member.added_at)],
    [
      'last signed',
      member.last_activity === null ? null : `${time(member.last_activity.time)}  ${member.last_activity.action}`,
    ],
    ...member.keys.flatMap((key): [string, string][] => [
      [`key, ${key.status}`, key.public_key],
      ['  words', key.fingerprint.join(' ')],
    ]),
  ]);
}

export const registerMember: RegisterCommands = (program, run) => {
  const member = program.command('member').description('the people and programs of a chain, and their keys');

  member
    .command('list')
    .description('all members')
    .action(() =>
      run((context) =>
        context.withSession('read', async (client) => {
          const { members } = await client.chain.members();
          context.output.result({ members }, () =>
            table(
              ['member', 'name', 'level', 'status', 'keys', 'last signed'],
              members.map((one) => [
                one.member_id,
                one.name,
                one.level,
                one.status,
                one.keys.filter(({ status }) => status === 'active').length,
                one.last_activity === null ? null : time(one.last_activity.time),
              ]),
            ),
          );
        }),
      ),
    );

  member
    .command('show')
    .description('one member, with every key it has or had')
    .argument('<ID>', 'the member')
    .action((id: string) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const view = await findMember(client, id);
          context.output.result(view, () => describeMember(view));
        }),
      ),
    );

  member
    .command('add')
    .description('propose a new member')
    .requiredOption('--id <ID>', 'its id; it can never be changed')
    .requiredOption('--name <NAME>', 'what it is called')
    .requiredOption('--level <LEVEL>', 'read_only, blue_state, validator or administrator', level)
    .requiredOption('--key <KEYCARD|@FILE|KEY...>', 'key cards (dm key prove), or keys of this machine')
    .action((options: { id: string; name: string; level: Level; key: readonly string[] }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const chain = await chainOf(client);
          const keys = [];
          for (const text of options.key) {
            const { public_key, proof } = await keyCardArgument(context, text, {
              chain,
              subject: `member/${options.id}`,
            });
            keys.push({ public_key, proof });
          }
          const payload = { member_id: options.id, name: options.name, level: options.level, keys };
          await propose(context, client, { action: 'add_member', payload });
        }),
      ),
    );

  member
    .command('update')
    .description('propose another name or level')
    .argument('<ID>', 'the member')
    .option('--name <NAME>', 'what it is called')
    .option('--level <LEVEL>', 'read_only, blue_state, validator or administrator', level)
    .action((id: string, options: { name?: string; level?: Level }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          if (options.name === undefined && options.level === undefined)
            throw new QuantumLockError('USAGE', 'update takes --name, --level or both');
          const { member_id, name, level: now, status } = await findMember(client, id);
          await propose(context, client, {
            action: 'update_member',
            payload: { member_id, name: options.name ?? name, level: options.level ?? now, status },
          });
        }),
      ),
    );

  for (const [command, status, description] of [
    ['suspend', 'suspended', 'propose to suspend a member; it keeps its keys'],
    ['resume', 'active', 'propose to resume a suspended member'],
  ] as const)
    member
      .command(command)
      .description(description)
      .argument('<ID>', 'the member')
      .action((id: string) =>
        run((context) =>
          context.withSession('full', async (client) => {
            const { member_id, name, level: now } = await findMember(client, id);
            await propose(context, client, {
              action: 'update_member',
              payload: { member_id, name, level: now, status },
            });
          }),
        ),
      );

  member
    .command('remove')
    .description('propose to remove a member permanently; what it signed stays valid')
    .argument('<ID>', 'the member')
    .action((id: string) =>
      run((context) =>
        context.withSession('full', (client) =>
          propose(context, client, { action: 'remove_member', payload: { member_id: id } }),
        ),
      ),
    );

  member
    .command('rotate-key')
    .description("replace a key: your own immediately, another member's by a proposal")
    .argument('[ID]', "the member; without it, the signing key's own")
    .option(
      '--old <PUBLIC_KEY>',
      'the key to replace; by default the signing key, or the only key of the member',
      oldKey,
    )
    .option('--key <KEYCARD|@FILE|KEY>', 'the new key; by default one is created here, in the store of the old key')
    .action((id: string | undefined, options: { old?: PublicKey; key?: string }) =>
      run((context) => rotateMemberKey(context, { memberId: id ?? null, ...options })),
    );
};

function oldKey(text: string): PublicKey {
  if (!isPublicKey(text)) throw new InvalidArgumentError('a public key, 0x02… or 0x03…; dm member show has it');
  return text;
}
