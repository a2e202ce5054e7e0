import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import type { InspectionView } from '../../api/operator/inspection.ts';
import { counted } from '../../base/count-words.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { PAGE_ROWS_MAX } from '../../base/limits.ts';
import { openInspectedHost } from '../../node/doors/inspection-console.ts';
import { serveContract } from '../../node/doors/serve-contract.ts';
import { TERMINAL } from '../../node/host/procedures.ts';
import type { CommandContext } from '../context.ts';
import { fields, table, time } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { openFile, type OpenFileOptions } from './open-file.ts';
import { tellGreen, type GreenQuestion } from './tell-green.ts';

export interface InspectFileOptions extends OpenFileOptions, Omit<GreenQuestion, 'environment'> {
  readonly environment?: string;
}

/** Green environments that a summary names; the page shows all of them. */
const GREEN_SHOWN_MAX = 20;

/** Verifies a file and tells what it is, or what was Green in it. */
export async function inspectFile(context: CommandContext, path: string, options: InspectFileOptions): Promise<void> {
  const { output, version } = context;
  const inspection = await openFile(context, path, options);
  const host = await openInspectedHost({ inspection, version, now: Date.now, log: output.note });
  try {
    const client = serveContract(host).client(TERMINAL);
    const { environment } = options;
    if (environment === undefined) await tellFile(context, client, inspection.view(), inspection.chain);
    else await tellGreen(context, client, inspection, { ...options, environment });
  } finally {
    await host.close();
    inspection.close();
  }
}

async function tellFile(
  { output }: CommandContext,
  client: ContractClient,
  view: InspectionView,
  chain: { readonly chain_id: string; readonly genesis: `0x${string}` },
): Promise<void> {
  const { rows, count } = await readGreen(client);
  const { alerts } = await client.chain.status();
  const words = fingerprintWords(chain.genesis);
  const document = {
    ...view,
    chain: { ...chain, words },
    green: { count, environments: rows.map(greenOf) },
    alerts,
  };
  output.result(document, () => [
    ...fields([
      ['file', view.path],
      ['kind', KIND_WORDS[view.kind]],
      ['chain', chain.chain_id],
      ['genesis', chain.genesis],
      ['words', words.join(' ')],
      ['head', `block ${view.head.height} of ${time(view.head.time)}`],
      ['head hash', view.head.hash],
      ['verified', `${view.verified.blocks} blocks with ${view.verified.transactions} transactions, from genesis`],
      ...view.backups.map(
        ({ name, created_at, signer: { kind, id } }) =>
          ['made', `${name} at ${time(created_at)}, signed by ${kind} ${id}`] as const,
      ),
      ['Green', counted(count, 'environment')],
    ]),
    ...(rows.length === 0
      ? []
      : [
          '',
          ...table(
            ['environment', 'version', 'Green since', 'state hash'],
            rows
              .slice(0, GREEN_SHOWN_MAX)
              .map((row) => [row.env_id, row.green_version, timeOrNone(row.promoted_at), row.green_state_hash]),
          ),
          ...(count > GREEN_SHOWN_MAX ? [`and ${count - GREEN_SHOWN_MAX} more`] : []),
        ]),
    '',
    ...table(
      ['validator', 'sealed blocks', 'key'],
      view.seals.map(({ validator_id, first_block, last_block, public_key, named }) => [
        validator_id,
        `${first_block} to ${last_block}`,
        `${public_key}${named === false ? ' (not in the trust file)' : ''}`,
      ]),
    ),
    '',
    ...alerts.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    ...view.trust.rests_on,
    ...view.limits,
  ]);
}

const KIND_WORDS: Readonly<Record<InspectionView['kind'], string>> = {
  backup: 'a backup',
  blocks: 'an exported chain',
  data_directory: 'a data directory',
  chain_directory: 'a chain’s database',
};

async function readGreen(
  client: ContractClient,
): Promise<{ readonly rows: readonly EnvironmentSummary[]; readonly count: number }> {
  const rows: EnvironmentSummary[] = [];
  let after: string | null = null;
  let count = 0;
  do {
    const page = await client.chain.environments({
      zone: 'green',
      archived: true,
      limit: PAGE_ROWS_MAX,
      ...(after === null ? {} : { after }),
    });
    rows.push(...page.environments);
    count = page.green_count;
    after = page.next_after;
  } while (after !== null);
  return { rows, count };
}

function greenOf({ env_id, green_version, green_state_hash, promoted_at, archived }: EnvironmentSummary): object {
  return { env_id, version: green_version, state_hash: green_state_hash, promoted_at, archived };
}

function timeOrNone(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}
