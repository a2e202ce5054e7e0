import { QuantumLockError } from '../../base/errors.ts';
import type { ValidatorView } from '../../api/chain/members.ts';
import { keyCardArgument } from '../governance/key-card-argument.ts';
import { propose } from '../governance/propose.ts';
import { rotateValidatorKey } from '../governance/rotate-validator-key.ts';
import { fields, table, time } from '../output.ts';
import type { RegisterCommands } from './command.ts';
import { chainOf } from '../governance/same-chain.ts';

function describeValidator(view: ValidatorView): string[] {
  return fields([
    ['validator', view.validator_id],
    ['status', view.status],
    ['here', view.is_here ? 'this node seals in its name' : 'no'],
    ['blocks sealed', view.blocks_sealed],
    ['last block', view.last_seen === null ? null : time(view.last_seen)],
    ['since', time(view.added_at)],
    ...view.keys.flatMap((key): [string, string][] => [
      [`key, ${key.status}`, key.public_key],
      ['  words', key.fingerprint.join(' ')],
    ]),
  ]);
}

export const registerValidator: RegisterCommands = (program, run) => {
  const validator = program.command('validator').description('who seals blocks, and with which key');

  validator
    .command('list')
    .description('all validators')
    .action(() =>
      run((context) =>
        context.withSession('read', async (client) => {
          const { validators } = await client.chain.validators();
          context.output.result({ validators }, () =>
            table(
              ['validator', 'status', 'blocks', 'last block', 'words of its key'],
              validators.map((one) => [
                one.validator_id,
                one.status,
                one.blocks_sealed,
                one.last_seen === null ? null : time(one.last_seen),
                one.fingerprint.join(' '),
              ]),
            ),
          );
        }),
      ),
    );

  validator
    .command('show')
    .description('one validator, with every key it has or had')
    .argument('<ID>', 'the validator')
    .action((id: string) =>
      run((context) =>
        context.withSession('read', async (client) => {
          const { validators } = await client.chain.validators();
          const view = validators.find(({ validator_id }) => validator_id === id);
          if (view === undefined)
            throw new QuantumLockError('NOT_FOUND', `there is no validator ${id}`, {
              advice: 'List them with dm validator list.',
            });
          context.output.result(view, () => describeValidator(view));
        }),
      ),
    );

  validator
    .command('add')
    .description('propose a new validator')
    .requiredOption('--id <ID>', 'its id; it can never be changed')
    .requiredOption('--key <KEYCARD|@FILE|KEY>', 'its key card (dm key prove), or a key of this machine')
    .action((options: { id: string; key: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const { public_key, proof } = await keyCardArgument(context, options.key, {
            chain: await chainOf(client),
            subject: `validator/${options.id}`,
          });
          await propose(context, client, {
            action: 'add_validator',
            payload: { validator_id: options.id, public_key, proof },
          });
        }),
      ),
    );

  validator
    .command('remove')
    .description('propose to remove a validator; the blocks that it sealed stay valid')
    .argument('<ID>', 'the validator')
    .action((id: string) =>
      run((context) =>
        context.withSession('full', (client) =>
          propose(context, client, { action: 'remove_validator', payload: { validator_id: id } }),
        ),
      ),
    );

  validator
    .command('rotate')
    .description("propose a new key for a validator; for this node's own, the key is made here")
    .argument('<ID>', 'the validator')
    .option('--key <KEYCARD|@FILE|KEY>', 'the new key; by default one is created in the store of the old key')
    .action((id: string, options: { key?: string }) =>
      run((context) => rotateValidatorKey(context, { validatorId: id, ...options })),
    );
};
