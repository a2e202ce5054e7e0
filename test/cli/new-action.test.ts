import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { actionsByName } from '../tidy/house-rules.ts';
import { readSourceFiles } from '../tidy/source-files.ts';
import { cheapKeyFile, onlyDocument, PASSPHRASE, temporaryRoot } from './dm.ts';

/** An action is its file and a line of the registry: here one more is put into a copy of the product, and nothing else. */

const ACTION = `import { z } from 'zod';
import { defineAction } from '../governance/action.ts';
import { readEnvironment } from '../state/readers.ts';
import { BLUE, requireEnvironment, writeEnvironment } from './environment.ts';
import { environmentId, text } from './fields.ts';

/** Notes what is to be known of an environment, as a version of Blue of its own. */
export const remarkEnvironment = defineAction({
  name: 'remark_environment',
  kind: 'environment',
  subject: 'A remark on an environment',
  lineage: { kind: 'update', lane: 'blue', makesVersion: true },
  zones: BLUE,
  payload: z.strictObject({ env_id: environmentId, remark: text }),
  defaultPolicy: { mode: 'multisig', role: 'administrator', threshold: { count: 2 } },
  envId: ({ env_id }) => env_id,
  title: ({ env_id }) => \`Remark on \${env_id}\`,
  summarize: ({ env_id, remark }) => \`Remarked on \${env_id}: \${remark}\`,
  describe: ({ env_id, remark }) => \`\${env_id} is remarked on: “\${remark}”.\`,
  warnings: ({ env_id }, before) =>
    readEnvironment(before, env_id)?.green === null ? [\`\${env_id} is not Green: few will see the remark.\`] : [],
  apply({ state, timestamp, transactionId, actor }, { env_id, remark }) {
    const record = requireEnvironment(state, env_id);
    if ('code' in record) return record;
    const { blue } = record;
    writeEnvironment(state, {
      ...record,
      blue: {
        ...blue,
        version: blue.version + 1,
        metadata: { ...blue.metadata, remark },
        updated_at: timestamp,
        updated_by: actor.memberId,
        transaction_id: transactionId,
        sources: [],
      },
    });
    return null;
  },
});
`;

/** What the console's host does with it, as the page asks for it: a notification, a review, the log, the history. */
const DRIVE = `const { proposing } = await import('./src/ledger/actions/propose.ts');
const { Host } = await import('./src/node/host/host.ts');
const { NO_SURFACE } = await import('./src/node/host/surface.ts');
const { transactionSubject } = await import('./src/node/signing/subjects/transaction.ts');
const { WaitingWatch } = await import('./src/node/host/waiting-watch.ts');
const [dataDirectory, passphrase] = process.argv.slice(2);
const log = () => undefined;
const host = await Host.open({ dataDirectory, surface: NO_SURFACE, version: 'test', mode: 'full', passphrase, now: Date.now, log, openDoor: null });
const { node, desk, keyring } = host;
const key = async (name) => (await keyring.list()).find((each) => each.name === name);
const waiting = Promise.withResolvers();
const looked = Promise.withResolvers();
const query = { proposals: async (...args) => { const page = await node.query.proposals(...args); looked.resolve(); return page; } };
const watch = new WaitingWatch({ node: { events: node.events, query }, memberId: async () => 'operations-2', onWaiting: waiting.resolve });
void watch.run();
await looked.promise;
const operation = { action: 'remark_environment', payload: { env_id: 'grid', remark: 'slow' } };
const sign = async (request, name) => {
  const signer = await key(name);
  const asked = await desk.ask(() => transactionSubject({ ...request, key: signer }, host.chain.signing));
  if (asked.outcome === 'rejected') throw new Error(asked.rejection.message);
  const outcome = await desk.confirm(asked.review.review_id, { passphrase });
  if (outcome.outcome !== 'committed') throw new Error(JSON.stringify(outcome));
  return asked.review;
};
const draft = await node.query.draft({ ...operation, proposer: 'operations-1' });
const review = await sign(proposing(operation, draft, { now: Date.now() }), 'Operations 1');
const notified = await waiting.promise;
const approval = await sign({ action: 'approve', payload: { proposal_id: notified.proposal_id } }, 'Operations 2');
await node.query.indexedTo(node.height);
const { rows } = await node.query.audit({ filter: { env_id: 'grid' }, limit: 10 });
const found = await node.query.audit({ filter: { text: 'remark' }, limit: 10 });
const lineage = await node.query.lineage({ env_id: 'grid' });
const who = await node.query.authority({ action: 'remark_environment', env_id: 'grid' });
watch.stop();
await host.close();
process.stdout.write(JSON.stringify({ review, approval, notified, rows, found: found.rows.length, lineage, who }));
`;

describe('an action that is one file', () => {
  const root = temporaryRoot();
  const copy = join(root, 'copy');
  const data = join(root, 'data');
  const registry = join(copy, 'src', 'ledger', 'actions', 'registry.ts');

  beforeAll(async () => {
    mkdirSync(copy);
    for (const name of ['src', 'build', 'package.json'])
      cpSync(join(checkoutRoot, name), join(copy, name), { recursive: true });
    symlinkSync(join(checkoutRoot, 'node_modules'), join(copy, 'node_modules'), 'junction');
    writeFileSync(join(copy, 'src', 'ledger', 'actions', 'remark-environment.ts'), ACTION);
    const before = readFileSync(registry, 'utf8');
    const after = before
      .replace(
        '\nimport { removeMember',
        "\nimport { remarkEnvironment } from './remark-environment.ts';\nimport { removeMember",
      )
      .replace('  archiveEnvironment,\n', '  archiveEnvironment,\n  remarkEnvironment,\n');
    writeFileSync(registry, after);
    await cheapKeyFile(data);
  });

  function run(args: readonly string[]): string {
    const environment = { ...process.env, QUANTUM_LOCK_PASSPHRASE: PASSPHRASE };
    const ran = spawnSync(projectNode, args, { cwd: copy, encoding: 'utf8', env: environment });
    expect(ran.status, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
    return ran.stdout;
  }

  const dm = (...args: readonly string[]): unknown =>
    onlyDocument(run([join(copy, 'build', 'dm.mjs'), ...args, '--data', data, '--json']));

  test('is proposed, reviewed, told of, logged and part of a history like any other', () => {
    dm('blockchain', 'init', '--sandbox', '--key-store', 'file', '--chain-id', 'one-more');
    const grid = { env_id: 'grid', state_hash: `0x${'ab'.repeat(32)}`, metadata: {} };
    dm('proposal', 'create', '--action', 'create_environment', '--payload', JSON.stringify(grid), '--yes');
    const first = { env_id: 'grid', remark: 'fast' };
    const proposed = dm('proposal', 'create', '--action', 'remark_environment', '--payload', JSON.stringify(first));
    expect(proposed).toMatchObject({
      status: 'open',
      title: 'Remark on grid',
      effect: 'grid is remarked on: “fast”.',
      requirements: [{ role: 'administrator', needed: 2, approvals: 1 }],
    });
    const { proposal_id: id } = proposed as { readonly proposal_id: string };
    expect(dm('proposal', 'approve', id, '--as', 'Operations 2')).toMatchObject({ status: 'executed' });
    expect(dm('policy', 'who', 'remark_environment', '--env', 'grid')).toMatchObject({ possible: true });

    writeFileSync(join(copy, 'drive.mts'), DRIVE);
    const told = JSON.parse(run([join(copy, 'drive.mts'), data, PASSPHRASE])) as Readonly<Record<string, unknown>>;
    expect(told).toMatchObject({
      review: {
        kind: 'transaction',
        sentence: expect.stringMatching(
          /^“Remark on grid” is proposed; 1 more of the administrators must approve\./,
        ) as string,
        proposal: { sentence: 'grid is remarked on: “slow”.' },
        warnings: ['grid is not Green: few will see the remark.'],
      },
      notified: { title: 'Remark on grid' },
      approval: { sentence: 'Your approval is the last approval of “Remark on grid”: it happens at once.' },
      who: { sentence: expect.stringMatching(/^A remark on an environment, for grid,/) as string },
      found: 4,
    });
    const { rows, lineage } = told as {
      readonly rows: readonly { readonly summary: string }[];
      readonly lineage: { readonly nodes: readonly { readonly kind: string; readonly label: string }[] };
    };
    expect(rows.map(({ summary }) => summary)).toContain('Approved: Remark on grid. It was executed.');
    expect(lineage.nodes.map(({ kind, label }) => `${kind} ${label}`)).toEqual(['create v1', 'update v2', 'update v3']);
    expect(dm('blockchain', 'verify')).toMatchObject({ ok: true });
  });

  test('is named nowhere else', () => {
    const own = readFileSync(join(checkoutRoot, 'src', 'ledger', 'actions', 'registry.ts'), 'utf8').split('\n');
    const added = readFileSync(registry, 'utf8')
      .split('\n')
      .filter((line) => !own.includes(line));
    expect(added).toEqual(["import { remarkEnvironment } from './remark-environment.ts';", '  remarkEnvironment,']);
    const files = readSourceFiles(['src'], copy);
    expect(actionsByName(files, ['remark_environment'])).toEqual([]);
    expect(files.filter(({ text }) => /remark_?environment/i.test(text)).map(({ path }) => path)).toEqual([
      'src/ledger/actions/registry.ts',
      'src/ledger/actions/remark-environment.ts',
    ]);
  });
});
