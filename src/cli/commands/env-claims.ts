import type { Command } from 'commander';
import type { ModelClaim } from '../../api/chain/claims.ts';
import { statedClaims } from '../../ledger/documents/stated-claims.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import type { RunCommand } from './command.ts';
import { findVersion } from './find-version.ts';

const KEY_SIZE_BYTES_MAX = 10_000;

interface ClaimsOptions {
  readonly id: string;
  readonly version: string;
  readonly key?: string;
}

/** What others say of a version's content. */
export function registerClaims(env: Command, run: RunCommand): void {
  env
    .command('claims')
    .description(
      'what others say of a version: hashes that its metadata names, and OpenSSF Model Signing signatures among its files',
    )
    .requiredOption('--id <ENV_ID>', 'the environment')
    .option('--version <blue|green|N>', 'which version', 'blue')
    .option('--key <FILE>', 'a public key (PEM), for a signature that carries none')
    .action((options: ClaimsOptions) => run((context) => claims(context, options)));
}

async function claims(context: CommandContext, { id, version: name, key }: ClaimsOptions): Promise<void> {
  const pem = key === undefined ? {} : { key: readInputText(key, KEY_SIZE_BYTES_MAX) };
  await context.withSession('read', async (client) => {
    const { version, state_hash } = await findVersion(client, id, name);
    const { blue, green } = await client.chain.environment({ env_id: id });
    const record = [blue, green].find((zone) => zone?.version === version && zone.state_hash === state_hash);
    const stated = statedClaims(record?.metadata ?? {});
    const { known, claims: signed } = await client.chain.modelClaims({ state_hash, ...pem });
    context.output.result({ env_id: id, version, state_hash, stated, files_known: known, signed }, () => [
      ...fields([
        ['environment', id],
        ['version', version],
        ['state hash', state_hash],
      ]),
      '',
      ...(record === undefined
        ? ['Its metadata is not looked at: it is neither Blue nor Green.']
        : stated.length === 0
          ? ['Its metadata names no hash of others (key "claims").']
          : ['Stated by who registered it:', ...fields(stated.map((claim) => [claim.name, claim.value]))]),
      '',
      ...(known ? signedLines(signed) : ['Its files are not on this machine: what they hold is not known.']),
    ]);
  });
}

function signedLines(all: readonly ModelClaim[]): string[] {
  if (all.length === 0) return ['No file of it is a signature of OpenSSF Model Signing.'];
  return all.flatMap((claim) => [`${claim.path}:`, ...claimLines(claim).map((line) => `  ${line}`)]);
}

function claimLines({ problem, name, files, signature, signer }: ModelClaim): string[] {
  const words = { valid: 'holds', invalid: 'DOES NOT HOLD', unchecked: 'is not checked: give the key with --key' };
  return [
    ...(name === null ? [] : [`of what they call ${name}, by ${signer ?? 'nobody named'}`]),
    ...(name === null ? [] : [`the signature ${words[signature]}`]),
    ...(problem === null ? [] : [`says nothing here: ${problem}`]),
    ...(files === null
      ? []
      : [
          `${files.same} files are as they were signed`,
          ...some('are different', files.different_count, files.different),
          ...some('were signed and are not there', files.missing_count, files.missing),
          ...some('are there and were not signed', files.unsigned_count, files.unsigned),
        ]),
  ];
}

function some(what: string, count: number, paths: readonly string[]): string[] {
  if (count === 0) return [];
  const more = count - paths.length;
  return [
    `${count} ${what}: ${paths.map((path) => JSON.stringify(path)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}
