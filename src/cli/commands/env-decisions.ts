import type { Command } from 'commander';
import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { batchOf } from '../../ledger/actions/batch.ts';
import { optionalText } from '../../ledger/actions/fields.ts';
import { promotionOf } from '../../ledger/actions/promote-environment.ts';
import type { Cell } from '../output.ts';
import { carryOut, withPropose, type CarryOutOptions } from './carry-out.ts';
import type { RunCommand } from './command.ts';
import { metadataOf, withMetadata, withRemoval, type MetadataOptions } from './metadata-options.ts';

interface SeveralOptions extends CarryOutOptions {
  readonly id: readonly string[];
}

/** What is decided of environments: of one, or of several in one signature, all or none. */
export function registerDecisions(env: Command, run: RunCommand): void {
  const deciding = (name: string, description: string): Command =>
    withPropose(env.command(name).description(description)).requiredOption(
      '--id <ENV_ID...>',
      'the environment; several are decided together, all or none',
    );

  withRemoval(withMetadata(deciding('promote', 'promote the Blue version to Green, which is canonical'))).action(
    (options: MetadataOptions & SeveralOptions) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const views = await Promise.all(options.id.map((env_id) => client.chain.environment({ env_id })));
          if (views.length > 1 && hasMetadata(options))
            throw new QuantumLockError('USAGE', 'metadata is given to one environment at a time', {
              advice: 'Promote it by itself, or leave the metadata as it is.',
            });
          const operations = views.map((view) => ({
            action: 'promote_environment',
            payload: promotionOf(view, metadataOf(options, view.blue.metadata)),
          }));
          const [first] = views;
          const more: Readonly<Record<string, Cell>> =
            first === undefined || views.length > 1
              ? { environments: views.length }
              : { env_id: first.env_id, state_hash: first.blue.state_hash, version: first.blue.version };
          await carryOut(context, client, batchOf(operations), options, more);
        }),
      ),
  );

  deciding('archive', 'archive an environment permanently; it stays readable and provable')
    .option('--reason <TEXT>', 'why')
    .action((options: SeveralOptions & { readonly reason?: string }) =>
      run((context) =>
        context.withSession('full', async (client) => {
          const operations = options.id.map((env_id) => ({
            action: 'archive_environment',
            payload: { env_id, ...optionalText('reason', options.reason ?? '') } satisfies JsonObject,
          }));
          const [first] = options.id;
          await carryOut(
            context,
            client,
            batchOf(operations),
            options,
            operations.length === 1 ? { env_id: first ?? null } : { environments: operations.length },
          );
        }),
      ),
    );
}

function hasMetadata({ name, description, metadata, removeMetadata }: MetadataOptions): boolean {
  return [name, description, metadata, removeMetadata].some((given) => given !== undefined);
}
