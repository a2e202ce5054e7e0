import { implement, ORPCError } from '@orpc/server';

import { contract } from '../../src/api/contract.ts';
import type { Hash } from '../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../src/base/canonical.ts';
import { ERROR_ADVICE } from '../../src/base/errors.ts';
import { greenStatusOf } from '../../src/ledger/state/green-status.ts';
import { fakeBackups } from './fake-backups.ts';
import { auditPage, countAudit } from './fake-audit.ts';
import { differenceOf, filesOf, lineageOf, summaryOf } from './fake-environments.ts';
import { MEMBERS } from './fake-log.ts';
import type { FakeNode } from './fake-node.ts';
import { blockProof, scanOf, stateProofOf, greenProofOf, transactionOf, verifySteps } from './fake-proofs.ts';
import { complete, requestReview } from './fake-signing.ts';
import { FAKE_CHAIN, fakeHash, numberInHash } from './fake-values.ts';

const os = implement(contract);
const CONFIRM_POLL_MS = 20;

function notFound(message: string): ORPCError<string, { advice: string }> {
  return new ORPCError('NOT_FOUND', { message, data: { advice: ERROR_ADVICE.NOT_FOUND } });
}

// The type is the implemented contract's own.
// oxlint-disable-next-line typescript/explicit-module-boundary-types
export function fakeRouter(node: FakeNode) {
  const environment = (envId: string) => {
    const found = node.environments.get(envId);
    if (found === undefined) throw notFound(`There is no environment ${envId}.`);
    return found;
  };
  const rowOf = (id: string) => {
    const { kind, number } = numberInHash(id);
    if (kind !== 1 || number >= node.log.size) throw notFound('There is no transaction with this id.');
    return node.log.row(number);
  };
  const proposal = (id: Hash) => {
    const found = node.proposals.find(id);
    if (found === undefined) throw notFound('There is no proposal with this id.');
    return found;
  };
  return os.router({
    chain: {
      status: os.chain.status.handler(() => node.status()),
      events: os.chain.events.handler(({ signal }) => node.events(signal)),
      metrics: os.chain.metrics.handler(({ input }) => ({
        at: node.now,
        interval_ms: 10_000,
        points: Array.from({ length: input.minutes * 6 }, (_, index) => ({
          time: node.now - (input.minutes * 6 - index) * 10_000,
          blocks: 20,
          transactions: Math.round(4_100 + 1_600 * waveAt(index)),
        })),
        measured: Array.from({ length: input.minutes * 6 }, (_, index) => ({
          time: node.now - (input.minutes * 6 - index) * 10_000,
          rejected: 0,
          finality_p50_us: 1_300 + 150 * waveAt(index),
          finality_p99_us: 4_000 + 900 * waveAt(index),
        })),
      })),
      blocks: os.chain.blocks.handler(({ input }) => {
        const from = Math.min(input.before ?? node.log.height + 1, node.log.height + 1);
        const count = Math.min(input.limit, from);
        return {
          blocks: Array.from({ length: count }, (_, index) => node.log.block(from - 1 - index)),
          height: node.log.height,
        };
      }),
      block: os.chain.block.handler(({ input }) => {
        const index = 'index' in input.at ? input.at.index : numberInHash(input.at.hash).number;
        if (index > node.log.height) throw notFound(`There is no block ${index} yet.`);
        const rows = node.log.rowsOf(index);
        const page = rows.slice(input.offset, input.offset + input.limit);
        const { header, hash, proof } = blockProof(node, index);
        return {
          ...header,
          hash,
          proof,
          transactions: page.map((row) => transactionOf(node, row)),
          transaction_ids: page.map((row) => fakeHash(1, row)),
          transaction_count: rows.length,
          first_log_index: rows[0] ?? 0,
          size_bytes: 8_120,
        };
      }),
      transaction: os.chain.transaction.handler(({ input }) => {
        const row = rowOf(input.id);
        return { ...row, transaction: transactionOf(node, row.log_index), size_bytes: 612 };
      }),
      submit: os.chain.submit.handler(() => {
        throw notFound('Nothing can be submitted here.');
      }),
      simulate: os.chain.simulate.handler(() => {
        throw notFound('Nothing can be simulated here.');
      }),
      audit: os.chain.audit.handler(({ input }) => auditPage(node.log, input)),
      auditCount: os.chain.auditCount.handler(({ input }) => countAudit(node.log, input.filter)),
      search: os.chain.search.handler(({ input }) => {
        const text = input.text.toLowerCase();
        const found = [...node.environments.keys()].filter((envId) => envId.includes(text)).slice(0, 6);
        const index = /^\d+$/.test(text) && Number(text) <= node.log.height ? [Number(text)] : [];
        return {
          results: [
            ...index.map((number) => ({
              kind: 'block' as const,
              id: String(number),
              title: `Block ${number}`,
              subtitle: '12 transactions',
            })),
            ...found.map((envId) => ({ kind: 'environment' as const, id: envId, title: envId, subtitle: 'Blue' })),
            ...MEMBERS.filter(({ name }) => name.toLowerCase().includes(text)).map(({ member_id, name, level }) => ({
              kind: 'member' as const,
              id: member_id,
              title: name,
              subtitle: level,
            })),
          ],
        };
      }),
      environments: os.chain.environments.handler(({ input }) => {
        const all = [...node.environments.values()]
          .filter((each) => input.archived || each.archived_at === null)
          .sort((left, right) => (left.env_id < right.env_id ? -1 : 1));
        const zone = input.zone === 'green' ? all.filter(({ green }) => green !== null) : all;
        const wanted = zone.filter(
          ({ env_id }) => env_id.includes(input.text ?? '') && (input.after === undefined || env_id > input.after),
        );
        const page = wanted.slice(0, input.limit);
        return {
          environments: page.map(summaryOf),
          next_after: wanted.length > page.length ? (page.at(-1)?.env_id ?? null) : null,
          blue_count: all.length,
          green_count: all.filter(({ green }) => green !== null).length,
          recalled_count: all.filter((one) => greenStatusOf(one) === 'recalled').length,
          indexed_height: node.log.height,
        };
      }),
      environment: os.chain.environment.handler(({ input }) => ({
        ...environment(input.env_id),
        green_status: greenStatusOf(environment(input.env_id)),
        green_recalled_since: null,
        height: node.log.height,
        state_root: fakeHash(5, node.log.height),
      })),
      lineage: os.chain.lineage.handler(({ input }) =>
        lineageOf(environment(input.env_id), [...node.environments.keys()].indexOf(input.env_id), node.now),
      ),
      content: os.chain.content.handler(({ input }) => ({
        state_hash: input.state_hash,
        state: 'present' as const,
        file_count: filesOf(input.state_hash).length,
        broken: [],
      })),
      files: os.chain.files.handler(({ input }) => ({ files: filesOf(input.state_hash), known: true })),
      file: os.chain.file.handler(({ input }) => {
        const binary = input.path.endsWith('.bin');
        return {
          path: input.path,
          size_bytes: 4_020,
          content_hash: fakeHash(4, 4),
          kind: binary ? 'binary' : 'text',
          text: binary
            ? null
            : Array.from({ length: 90 }, (_, line) => `def step_${line}(state, action):  # line ${line + 1}`).join(
                '\n',
              ),
        };
      }),
      difference: os.chain.difference.handler(({ input }) => {
        if ('nothing' in input.after) throw notFound('The after side is empty.');
        return differenceOf('nothing' in input.before ? null : input.before.metadata, input.after.metadata);
      }),
      fileDifference: os.chain.fileDifference.handler(({ input }) => ({
        kind: input.path.endsWith('.bin') ? 'binary' : 'text',
        hunks: input.path.endsWith('.bin')
          ? []
          : [
              {
                before_start: 12,
                after_start: 12,
                lines: [
                  { kind: 'same', text: 'class Maze(Environment):' },
                  { kind: 'removed', text: '    max_steps = 200' },
                  { kind: 'added', text: '    max_steps = 400' },
                  { kind: 'same', text: '' },
                ],
              },
              {
                before_start: 80,
                after_start: 80,
                lines: [
                  { kind: 'same', text: '    def reward(self, state):' },
                  { kind: 'removed', text: '        return 1 if state.done else 0' },
                  { kind: 'added', text: '        return 10 if state.done else 0' },
                ],
              },
            ],
      })),
      state: os.chain.state.handler(({ input }) => ({
        namespace: input.namespace,
        key: input.key,
        value: (node.environments.get(input.key) ?? null) as never,
        height: node.log.height,
        block_time: node.now,
        state_root: fakeHash(5, 1),
      })),
      stateKeys: os.chain.stateKeys.handler(({ input }) => ({
        keys: input.namespace === 'environments' ? [...node.environments.keys()].slice(0, input.limit) : [],
        truncated: false,
        height: node.log.height,
      })),
      transactionProof: os.chain.transactionProof.handler(({ input }) => {
        const row = rowOf(input.id);
        return {
          transaction: encodeCanonicalText(transactionOf(node, row.log_index)),
          log_index: row.log_index,
          log_size: node.log.size,
          path: Array.from({ length: 20 }, (_, index) => fakeHash(7, index)),
          sealed: blockProof(node, node.log.height),
        };
      }),
      stateProof: os.chain.stateProof.handler(({ input }) => stateProofOf(node, input.namespace, input.key)),
      greenProof: os.chain.greenProof.handler(({ input }) => greenProofOf(node, input.env_id)),
      greenList: os.chain.greenList.handler(() => ({
        height: node.log.height,
        time: node.now,
        hash: fakeHash(2, 1),
        state_root: fakeHash(5, 1),
        environments: [],
        next_after: null,
      })),
      greenHolders: os.chain.greenHolders.handler(() => ({
        height: node.log.height,
        time: node.now,
        holders: [],
        truncated: false,
      })),
      members: os.chain.members.handler(() => ({ members: node.governance.members() })),
      validators: os.chain.validators.handler(() => ({ validators: node.governance.validators() })),
      policies: os.chain.policies.handler(() => ({ policies: node.governance.policies() })),
      authority: os.chain.authority.handler(({ input }) => node.governance.authority(input.action, input.env_id)),
      posture: os.chain.posture.handler(() => node.governance.posture()),
      proposals: os.chain.proposals.handler(({ input }) => node.proposals.page(input)),
      proposal: os.chain.proposal.handler(({ input }) => node.proposals.view(proposal(input.proposal_id))),
      proposalFile: os.chain.proposalFile.handler(({ input }) => ({
        text: node.proposals.file(proposal(input.proposal_id)),
      })),
      draft: os.chain.draft.handler(({ input }) => node.proposals.draft(input)),
      rollbackPreview: os.chain.rollbackPreview.handler(() => {
        throw notFound('This fake has no past to go back to.');
      }),
      recoveryTimeline: os.chain.recoveryTimeline.handler(() => ({
        points: [],
        next_before: null,
        indexed_height: node.log.height,
      })),
    },
    operator: {
      host: os.operator.host.handler(() => node.host()),
      createChain: os.operator.createChain.handler(({ input }) => {
        node.chain = { chain_id: input.chain_id, genesis: FAKE_CHAIN.genesis, sandbox: input.sandbox };
        return node.host();
      }),
      openChain: os.operator.openChain.handler(({ input }) => {
        throw new ORPCError('DATA_DIR_EMPTY', {
          message: `${input.path} holds no chain.`,
          data: { advice: ERROR_ADVICE.DATA_DIR_EMPTY },
        });
      }),
      requestDeed: os.operator.requestDeed.handler(({ input }) => node.deeds.request(input)),
      awaitDeed: os.operator.awaitDeed.handler(({ input }) => node.deeds.outcome(input.deed_id)),
      withdrawDeed: os.operator.withdrawDeed.handler(() => ({ withdrawn: false })),
      consoleLink: os.operator.consoleLink.handler(() => ({ url: '', public_url: '' })),
      browse: os.operator.browse.handler(({ input }) => {
        const path = input.path ?? '/home/operator';
        return {
          path,
          parent: path === '/' ? null : path.replace(/\/[^/]*$/, '') || '/',
          entries: [
            { name: 'cartpole', kind: 'directory', holds_chain: false },
            { name: 'chains', kind: 'directory', holds_chain: true },
            { name: 'notes.txt', kind: 'file', holds_chain: false },
          ],
          truncated: false,
        };
      }),
      pickDirectory: os.operator.pickDirectory.handler(() => ({ path: null })),
      keys: os.operator.keys.handler(() => node.keys()),
      createKey: os.operator.createKey.handler(({ input }) => node.addIdentity(input)),
      prepareSealingKey: os.operator.prepareSealingKey.handler(({ input }) => ({ key_id: input.key_id })),
      desk: os.operator.desk.handler(({ signal }) => node.desk(signal)),
      selectIdentity: os.operator.selectIdentity.handler(({ input }) => {
        node.actingKeyId = input.key_id;
        node.changed.notify();
        return node.keys();
      }),
      lockSession: os.operator.lockSession.handler(() => {
        node.unlockedUntil = null;
        node.changed.notify();
        return node.keys();
      }),
      scanDirectory: os.operator.scanDirectory.handler(async function* ({ input }) {
        yield { type: 'progress', files: 3, files_total: 7, bytes: 40_000, bytes_total: 217_088 };
        yield { type: 'done', scan: scanOf(node, input.path, input.env_id, input.metadata ?? {}) };
      }),
      requestReview: os.operator.requestReview.handler(({ input }) => requestReview(node, input)),
      confirmAddress: os.operator.confirmAddress.handler(({ input }) => ({
        confirm_url: `/confirm/${input.review_id}`,
      })),
      awaitSignature: os.operator.awaitSignature.handler(async ({ input, signal }) => {
        const waiting = node.reviews.get(input.review_id);
        if (waiting === undefined) return { outcome: 'expired' };
        while (waiting.decision === 'waiting' && signal?.aborted !== true)
          await new Promise((resolve) => setTimeout(resolve, CONFIRM_POLL_MS));
        if (waiting.decision === 'withdrawn') return { outcome: 'withdrawn' };
        return waiting.decision === 'confirmed' ? complete(node, input.review_id) : { outcome: 'refused' };
      }),
      withdrawSignature: os.operator.withdrawSignature.handler(({ input }) => {
        const waiting = node.reviews.get(input.review_id);
        if (waiting?.decision !== 'waiting') return { withdrawn: false };
        waiting.decision = 'withdrawn';
        return { withdrawn: true };
      }),
      preparedDrafts: os.operator.preparedDrafts.handler(() => ({ drafts: [] })),
      dismissPreparedDraft: os.operator.dismissPreparedDraft.handler(() => ({})),
      verify: os.operator.verify.handler(() => verifySteps(node)),
      jobs: os.operator.jobs.handler(async function* ({ signal }) {
        for await (const _ of node.changed.changes(signal)) yield { jobs: [...node.jobs] };
      }),
      scrubStatus: os.operator.scrubStatus.handler(() => ({
        processor_share: 0.1,
        areas: [],
        damage: null,
        can_repair: false,
      })),
      scrub: os.operator.scrub.handler(async function* () {
        yield { type: 'done', ok: true, findings: [] };
      }),
      integrityReports: os.operator.integrityReports.handler(() => ({ reports: [] })),
      acknowledgeReport: os.operator.acknowledgeReport.handler(() => ({ acknowledged: false })),
      repairChain: os.operator.repairChain.handler(async function* () {
        yield { type: 'done', report: null };
      }),
      snapshots: os.operator.snapshots.handler(() => ({ snapshots: [] })),
      takeSnapshot: os.operator.takeSnapshot.handler(async function* ({ input }) {
        yield { type: 'progress', done: 0, total: input.height ?? 0 };
      }),
      inspectFile: os.operator.inspectFile.handler(async function* ({ input }) {
        yield { type: 'progress', done: 1, total: 2 };
        yield { type: 'done', name: input.path.split('/').at(-1) ?? '', url: 'http://file.localhost/#link' };
      }),
      confirmTrust: os.operator.confirmTrust.handler(() => {
        throw new ORPCError('NOT_FOUND', { message: 'No file is inspected here.' });
      }),
      ...fakeBackups(),
      cancelJob: os.operator.cancelJob.handler(({ input }) => {
        const { length } = node.jobs;
        node.jobs = node.jobs.filter(({ job_id }) => job_id !== input.job_id);
        node.changed.notify();
        return { cancelled: node.jobs.length < length };
      }),
    },
  });
}

function waveAt(index: number): number {
  return Math.sin(index / 23) + Math.sin(index / 7) / 2;
}
