import type { Command } from 'commander';
import { encodeBase64 } from '../../base/base64.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import {
  attestationOf,
  envelopeOf,
  IN_TOTO_PAYLOAD_TYPE,
  preAuthEncoding,
  publicKeyInfo,
  type PromotionAttested,
} from '../../ledger/documents/attestation.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import { statementSubject } from '../../node/signing/subjects/statement.ts';
import type { CommandContext } from '../context.ts';
import { writeNewFile } from '../governance/read-document.ts';
import { fields } from '../output.ts';
import type { ContractClient } from '../session.ts';
import { positiveNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { notGreenWords } from './green-text.ts';
import { sha256 } from '#sha256';

interface AttestOptions {
  readonly version?: number;
  readonly output?: string;
}

/** A promotion as a signed statement that others' tools verify. */
export function registerAttest(env: Command, run: RunCommand): void {
  env
    .command('attest')
    .description('state a promotion for others’ tools: in-toto v1, a verification summary, signed (DSSE)')
    .argument('<ENV_ID>', 'the environment')
    .option('--version <N>', 'the version whose newest promotion it is; without it, what is Green', positiveNumber)
    .option('--output <FILE>', 'a new file; without it the envelope goes to stdout')
    .action((id: string, options: AttestOptions) => run((context) => attest(context, id, options)));
}

async function attest(context: CommandContext, envId: string, { version, output }: AttestOptions): Promise<void> {
  const key = await context.signingKey();
  const { promotion, identity } = await context.withSession('read', async (client) => ({
    promotion: await findPromotion(client, { envId, version, software: context.version }),
    identity: identityOf(await client.chain.status()),
  }));
  const canonical = encodeCanonicalText(attestationOf(promotion));
  const payload = encodeUtf8(canonical);
  const { green } = promotion;
  const subject = statementSubject({
    key,
    kind: 'attestation',
    sentence: `Version ${green.version} of ${envId}, ${green.state_hash}, was promoted to Green by ${green.promoted_by}.`,
    canonical,
    digest: sha256(preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, payload)),
  });
  await context.openKeyFileFor(key);
  const signature = await context.signHere(subject, { chain: identity });
  const envelope = envelopeOf(payload, { publicKey: key.public_key, signature });
  const text = `${JSON.stringify(envelope)}\n`;
  context.output.note(`public key (DER, base64)  ${encodeBase64(publicKeyInfo(key.public_key))}`);
  if (output === undefined) return context.output.document(text);
  writeNewFile(output, text);
  context.output.result({ path: output, public_key: key.public_key, promotion: green.transaction_id }, () =>
    fields([
      ['file', output],
      ['subject', `${envId}@${green.version}`],
      ['promotion', green.transaction_id],
      ['signed by', key.public_key],
    ]),
  );
}

/** @throws NOT_FOUND where it was not promoted, or several times within one block */
async function findPromotion(
  { chain }: ContractClient,
  {
    envId,
    version,
    software,
  }: { readonly envId: string; readonly version: number | undefined; readonly software: string },
): Promise<PromotionAttested> {
  const now = await chain.environment({ env_id: envId });
  const id =
    version === undefined || now.green?.version === version
      ? now.green?.transaction_id
      : (await chain.lineage({ env_id: envId })).nodes
          .findLast((node) => node.kind === 'promote' && node.version === version)
          ?.id.split('#')[0];
  if (id === undefined)
    throw new QuantumLockError(
      'NOT_FOUND',
      version === undefined ? `${envId} ${notGreenWords(now)}` : `version ${version} of ${envId} was not promoted`,
      { advice: `See its promotions with: dm env history --id ${envId}` },
    );
  const { block_index: height } = await chain.transaction({ id: id as `0x${string}` & typeof now.blue.transaction_id });
  const then = await chain.environment({ env_id: envId, at: { height } });
  if (then.green?.transaction_id !== id)
    throw new QuantumLockError('NOT_FOUND', `what ${id} promoted was replaced in the same block`);
  const { hash } = await chain.block({ at: { index: height } });
  const status = await chain.status();
  return {
    chain: { chain_id: status.chain_id, genesis: status.genesis },
    env_id: envId,
    green: then.green,
    blue: then.blue.version === then.green.version ? then.blue : null,
    block: { height, hash },
    policy: await policyAt(chain, envId, height - 1),
    software,
  };
}

/** The policy of a promotion that was in force in a state (TECHNICAL_SPEC.md §5). */
async function policyAt(
  chain: ContractClient['chain'],
  envId: string,
  height: number,
): Promise<PromotionAttested['policy']> {
  const name = 'promote_environment';
  for (const key of [`${name}/${envId}`, name]) {
    const { value } = await chain.state({ namespace: 'policies', key, at: { height } });
    if (value !== null && (value as JsonObject)['mode'] !== 'default')
      return { key, isDefault: false, value: value as JsonObject };
  }
  const standard = findAction(name)?.defaultPolicy;
  if (standard === undefined || standard === null) throw new QuantumLockError('NOT_FOUND', 'a promotion has no policy');
  return { key: name, isDefault: true, value: standard as unknown as JsonObject };
}
