import { describe, expect, onTestFinished, test } from 'vitest';

import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { openInMemory } from '../../../src/node/query/open-index.ts';
import { proveConsistency } from '../../../src/node/query/prove-consistency.ts';
import { makeQueries, type Queries } from '../../../src/node/query/queries.ts';
import { stateListsOf } from '../../../src/node/query/query-context.ts';
import { SealCounts } from '../../../src/node/query/seal-counts.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { createBytes, sealingKey, testChain } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { LateOrderer } from '../chain/late-orderer.ts';
import { foundedDirectory } from '../storage/opened-node.ts';

function opened(data: string): { readonly queries: Queries; readonly chain: ChainReader } {
  const { reader: chain, database } = ChainReader.open(dataPaths(data).chain, { unprovedMax: 1 });
  const queries = makeQueries(chain, stateListsOf(chain, new SealCounts(chain)), openInMemory(chain));
  onTestFinished(() => {
    queries.index.close();
    database.close();
  });
  while (queries.indexer.advance(chain.height(), 1_000));
  return { queries, chain };
}

describe('reads beside a block whose proof has not arrived yet', () => {
  test('tell of it as of the newest, and prove nothing by it before the proof is there', () => {
    const data = foundedDirectory();
    const orderer = LateOrderer.open(data);
    orderer.finalise(createBytes('a'));
    orderer.prove(1);
    orderer.finalise(createBytes('b'));
    const { queries, chain } = opened(data);
    const { validatorId, publicKey } = sealingKey();
    const trusted = {
      chain: testChain(),
      validators: [{ validator_id: validatorId, public_key: publicKey, seals_from: 0, seals_to: null }],
    };
    const b = { namespace: 'environments', key: 'b' } as const;

    expect(queries.blocks.blocks({ limit: 1 })).toMatchObject({ height: 2, blocks: [{ index: 2 }] });
    expect(queries.blocks.block({ at: { index: 2 }, offset: 0, limit: 10 })).toMatchObject({ index: 2, proof: null });
    expect(queries.state.state(b)).toMatchObject({ height: 2, value: { env_id: 'b' } });
    expect(queries.environments.environment({ env_id: 'b' })).toMatchObject({ env_id: 'b', height: 2 });

    const id = chain.id(2);
    const pending = coded('PROOF_PENDING');
    expect(() => queries.state.transactionProof(id)).toThrow(pending);
    expect(() => queries.state.stateProof({ ...b, at: { height: 2 } })).toThrow(pending);
    expect(() => queries.state.stateProof({ ...b, at: { time: Date.now() + 60_000 } })).toThrow(pending);
    expect(() => proveConsistency(data, { earlier: 0, later: 2 }, { unprovedMax: 1 })).toThrow(pending);
    // Of the newest block that has its proof.
    const absent = queries.state.stateProof(b);
    expect([absent.sealed.header.index, absent.value]).toEqual([1, null]);
    expect(verifyStateProof(absent, trusted).ok).toBe(true);
    expect(proveConsistency(data, { earlier: 0, later: null }, { unprovedMax: 1 }).later.header.index).toBe(1);
    expect(verifyTransactionProof(queries.state.transactionProof(chain.id(1)), trusted).ok).toBe(true);

    orderer.prove(2);
    const proof = queries.state.transactionProof(id);
    expect(proof.sealed.header.index).toBe(2);
    expect(verifyTransactionProof(proof, trusted).ok).toBe(true);
    expect(verifyStateProof(queries.state.stateProof({ ...b, at: { height: 2 } }), trusted).ok).toBe(true);
    expect(queries.blocks.block({ at: { index: 2 }, offset: 0, limit: 10 }).proof).toEqual(orderer.proofOf(2));
  });
});
