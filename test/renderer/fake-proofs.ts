import type { Transaction } from '../../src/ledger/transactions/transaction.ts';
import { NAMESPACES, type Namespace } from '../../src/ledger/state/records.ts';
import type { GreenProof } from '../../src/ledger/proofs/green-proof.ts';
import type { Scan } from '../../src/api/operator/directories.ts';
import type { VerifyEvent } from '../../src/api/operator/integrity.ts';
import type { SealedHeaderView, StateProofView } from '../../src/api/chain/proofs.ts';
import { differenceOf, stateHash } from './fake-environments.ts';
import type { FakeNode } from './fake-node.ts';
import { fakeHash, fakeSignature, type Metadata } from './fake-values.ts';

/** Proofs of the right shape whose hashes are invented: the page must find that they do not hold. */

export function transactionOf(node: FakeNode, row: number): Transaction & { readonly payload: Record<string, never> } {
  const { action, sender, recipient, signer, env_id, block_time } = node.log.row(row);
  const payload = {
    env_id,
    state_hash: fakeHash(3, row),
    metadata: { name: env_id, max_steps: 400 },
  } as unknown as Record<string, never>;
  return {
    action,
    chain_id: node.chain?.chain_id ?? '',
    era: 0,
    nonce: row,
    payload,
    recipient,
    sender,
    signature: fakeSignature(row),
    signer,
    timestamp: block_time,
  };
}

export function blockProof(node: FakeNode, index: number): SealedHeaderView {
  return {
    header: {
      chain_id: node.chain?.chain_id ?? '',
      era: 0,
      index,
      log_size: (index + 1) * 12,
      log_root: fakeHash(6, index),
      previous_hash: fakeHash(2, Math.max(0, index - 1)),
      state_root: fakeHash(5, index),
      timestamp: node.log.block(index).timestamp,
      transactions_root: fakeHash(9, index),
      validator: 'authority-1',
      version: 2,
    },
    hash: fakeHash(2, index),
    proof: { type: 'seal', public_key: node.sealedWith(index), signature: fakeSignature(index) },
  };
}

export function stateProofOf(node: FakeNode, namespace: Namespace, key: string): StateProofView {
  const value = namespace === 'environments' ? node.environments.get(key) : undefined;
  return {
    namespace,
    key,
    value: value === undefined ? null : JSON.stringify(value),
    siblings: Array.from({ length: 9 }, (_, index) => fakeHash(7, index)),
    other_leaf: null,
    namespace_roots: NAMESPACES.map((name, index) => ({ namespace: name, root: fakeHash(10, index) })),
    sealed: blockProof(node, node.log.height),
  };
}

export function greenProofOf(node: FakeNode, envId: string): GreenProof {
  const record = stateProofOf(node, 'environments', envId);
  return {
    format: 'quantum-lock/green/v1',
    env_id: envId,
    at: null,
    state_hash: null,
    version: null,
    record,
    removed: null,
    recall: null,
    next: null,
  };
}

export function scanOf(node: FakeNode, path: string, envId: string | undefined, metadata: Metadata): Scan {
  const current = envId === undefined ? null : (node.environments.get(envId) ?? null);
  return {
    path,
    state_hash: stateHash(900, 1),
    file_count: 7,
    size_bytes: 217_088,
    bytes_read: 217_088,
    ignored_count: 0,
    duration_ms: 14,
    current,
    difference: differenceOf(current === null ? null : current.blue.metadata, metadata),
  };
}

export async function* verifySteps(node: FakeNode): AsyncGenerator<VerifyEvent> {
  yield { type: 'job', job_id: node.jobs.at(-1)?.job_id ?? 'job-of-now' };
  for (const phase of ['storage', 'blocks', 'state', 'blobs'] as const) {
    const total = phase === 'blocks' ? node.log.height + 1 : 400;
    for (let step = 1; step <= 4; step++)
      yield { type: 'progress', phase, done: Math.floor((total * step) / 4), total };
  }
  yield {
    type: 'done',
    ok: true,
    height: node.log.height,
    blocks: node.log.height + 1,
    transactions: node.log.size,
    state_pages: 400,
    unsealed_block: null,
    blobs: 400,
    duration_ms: 4_210,
    findings: [],
    content: { versions: 4, present: 4, partly: 0, lost: 0, never: 0 },
    notes: [],
  };
}
