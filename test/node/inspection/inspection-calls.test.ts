import { beforeAll, describe, expect, test } from 'vitest';

import { contract } from '../../../src/api/contract.ts';
import type { ProcedureMeta } from '../../../src/api/procedure.ts';
import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import { fingerprintWords } from '../../../src/base/fingerprint.ts';
import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { TERMINAL } from '../../../src/node/host/procedures.ts';
import { serveContract } from '../../../src/node/doors/serve-contract.ts';
import { fillSource, inspectedHost, sourceRoot } from './inspected.ts';

const source = sourceRoot();

beforeAll(() => fillSource(source));

/** Every procedure of the contract, and what it says of itself. */
const PROCEDURES = Object.entries(contract).flatMap(([half, procedures]) =>
  Object.entries<{ readonly '~orpc': { readonly meta: ProcedureMeta } }>(procedures).map(([name, procedure]) => ({
    half,
    name,
    meta: procedure['~orpc'].meta,
  })),
);

/** Neither commands nor reads of a chain: what stores something, and what only a node has. */
const OF_A_NODE = [
  'backups',
  'drillStatement',
  'drills',
  'followRestore',
  'inspectFile',
  'restorePlan',
  'runBackup',
  'runDrill',
  'runExport',
  'previewReport',
  'exports',
  'exportPart',
  'scanDirectory',
  'testDestination',
  'verifyBackup',
];

type Calls = Readonly<Record<string, Readonly<Record<string, (input?: unknown) => Promise<unknown>>>>>;

describe('on a file', () => {
  test('whatever acts is refused, whoever asks', async () => {
    const { host } = await inspectedHost(source.blocks);
    for (const caller of [TERMINAL, { door: 'page', asker: 'page' }] as const) {
      const calls = serveContract(host).client(caller) as unknown as Calls;
      const refused: string[] = [];
      for (const { half, name } of PROCEDURES) {
        const answer = await Promise.resolve(calls[half]?.[name]?.()).catch((error: unknown) => error);
        if (answer instanceof Error && 'code' in answer && answer.code === 'INSPECTION_ONLY') refused.push(name);
      }
      const acts = PROCEDURES.filter(({ meta }) => meta.kind === 'command').map(({ name }) => name);
      const answered = ['cancelJob', 'choosePreferences', 'confirmTrust', 'forgetFilter', 'saveFilter'];
      expect(refused.toSorted()).toEqual([...acts.filter((name) => !answered.includes(name)), ...OF_A_NODE].toSorted());
      expect(refused).toEqual(
        expect.arrayContaining(['submit', 'requestReview', 'createKey', 'requestDeed', 'openChain']),
      );
    }
  });

  test('everything is read, proved and verified, by the keys of the file', async () => {
    const { client, inspection } = await inspectedHost(source.blocks);
    const { chain } = client;
    const { validators } = await chain.validators();
    const trusted = trustedKeys(inspection.chain, validators);
    const proof = await chain.stateProof({ namespace: 'environments', key: 'one', at: { height: 6 } });
    expect(verifyStateProof(proof, trusted)).toMatchObject({ ok: true });
    const { rows } = await chain.audit({ filter: { actions: ['promote_environment'] }, limit: 10 });
    const [promotion] = rows;
    if (promotion === undefined) throw new Error('the promotion is not in the log');
    const inLog = await chain.transactionProof({ id: promotion.id });
    expect(verifyTransactionProof(inLog, trusted)).toMatchObject({ ok: true });
    expect((await chain.environment({ env_id: 'one', at: { height: 5 } })).green).toBeNull();
    expect((await chain.environment({ env_id: 'one' })).green).toMatchObject({ version: 1 });
    expect((await chain.lineage({ env_id: 'one' })).nodes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['create', 'promote', 'update']),
    );
    const done = [];
    for await (const event of await client.operator.verify({})) if (event.type === 'done') done.push(event);
    expect(done).toMatchObject([{ ok: true, height: 8 }]);
  });

  test('the host says that it is one, with no key of this machine', async () => {
    const { client, inspection } = await inspectedHost(source.directory);
    const info = await client.operator.host();
    expect(info).toMatchObject({
      data_dir: source.directory,
      keychain: { available: false },
      inspection: { kind: 'data_directory', name: 'data', head: { height: 8 }, trust: { confirmed_by: null } },
    });
    expect((await client.operator.keys()).identities).toEqual([]);
    const status = await client.chain.status();
    expect(status).toMatchObject({ health: 'healthy', alerts: [], verified: { height: 8, ok: true } });
    await expect(client.operator.confirmTrust({ text: `0x${'ab'.repeat(32)}` })).rejects.toMatchObject({
      code: 'TRUST_MISMATCH',
    });
    const words = fingerprintWords(inspection.chain.genesis).join(' ');
    expect(await client.operator.confirmTrust({ text: words })).toMatchObject({ trust: { confirmed_by: 'words' } });
    // What does not fit takes nothing back.
    await expect(client.operator.confirmTrust({ text: 'nothing' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await client.operator.host()).inspection?.trust.confirmed_by).toBe('words');
  });
});
