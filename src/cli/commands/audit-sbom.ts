import type { Command } from 'commander';
import type { GreenList } from '../../api/chain/green.ts';
import { PAGE_ROWS_MAX } from '../../base/limits.ts';
import { sbomOf } from '../../ledger/documents/sbom.ts';
import type { CommandContext } from '../context.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields, time } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { moment, type MomentArgument } from './arguments.ts';
import type { RunCommand } from './command.ts';

interface SbomOptions {
  readonly at?: MomentArgument;
  readonly output?: string;
}

/** What was Green at a time, for those who collect bills of materials. */
export function registerAuditSbom(audit: Command, run: RunCommand): void {
  audit
    .command('sbom')
    .description('what was Green at a time, as a bill of materials (CycloneDX 1.7, JSON)')
    .option('--at <HEIGHT|TIME>', 'at a height or a time; without it, now', moment)
    .option('--output <FILE>', 'a new file; without it the document goes to stdout')
    .action((options: SbomOptions) => run((context) => sbom(context, options)));
}

async function sbom(context: CommandContext, { at, output }: SbomOptions): Promise<void> {
  const { list, chain } = await context.withSession('read', async (client) => ({
    list: await greenList(client, at),
    chain: await client.chain.status(),
  }));
  const { environments, height, hash, state_root } = list;
  const document = sbomOf({
    chain: { chain_id: chain.chain_id, genesis: chain.genesis },
    at: at !== undefined && 'time' in at ? at.time : null,
    block: { height, hash, time: list.time, state_root },
    environments,
    software: context.version,
  });
  const text = `${JSON.stringify(document)}\n`;
  if (output === undefined) return context.output.document(text);
  writeNewFile(output, text);
  const { serialNumber, components } = document;
  context.output.result({ path: output, height, serial_number: serialNumber, components: components.length }, () =>
    fields([
      ['file', output],
      ['at', `block ${height} of ${time(list.time)}`],
      ['Green', components.length],
      ['serial number', serialNumber],
    ]),
  );
}

/** All pages, of one block. */
async function greenList({ chain }: ContractClient, at: MomentArgument | undefined): Promise<GreenList> {
  const first = await chain.greenList({ limit: PAGE_ROWS_MAX, ...(at === undefined ? {} : { at }) });
  const environments = [...first.environments];
  for (let after = first.next_after; after !== null;) {
    const page = await chain.greenList({ limit: PAGE_ROWS_MAX, after, at: { height: first.height } });
    environments.push(...page.environments);
    after = page.next_after;
  }
  return { ...first, environments, next_after: null };
}
