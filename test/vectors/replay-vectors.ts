import { sha256 } from '#sha256';

import { encodeHash, type Hash } from '../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../src/base/canonical.ts';
import { decodeHeader } from '../../src/ledger/blocks/block.ts';
import { decodeProof } from '../../src/ledger/blocks/block-proof.ts';
import { stateRoot } from '../../src/ledger/state/ledger-state.ts';
import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import { ChainReplay } from '../../src/ledger/blocks/replay.ts';
import { verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import type { TrustedKeys } from '../../src/ledger/proofs/report.ts';
import { verifyStateProof, type StateProof } from '../../src/ledger/proofs/state-proof.ts';
import { NAMESPACES } from '../../src/ledger/state/records.ts';
import { verifyTransactionProof, type TransactionProof } from '../../src/ledger/proofs/transaction-proof.ts';
import { checkTransaction, isRejection } from '../../src/ledger/transactions/transaction.ts';

/** The parts of the vectors that a replay reads. */
export interface ReplayVectors {
  readonly chain: {
    readonly chain_id: string;
    readonly genesis: Hash;
    readonly validators: TrustedKeys['validators'];
    readonly blocks: readonly {
      readonly header: string;
      readonly proof: object;
      readonly transactions: readonly { readonly transaction: string }[];
    }[];
  };
  readonly proofs: { readonly transactions: readonly TransactionProof[]; readonly state: readonly StateProof[] };
}

export interface ReplayResult {
  /** Digest of nothing by the `#sha256` in use, and the name of the function, which tells Node's from noble's. */
  readonly sha256: string;
  readonly blocks: readonly {
    readonly fault: string | null;
    readonly hash: string | undefined;
    readonly ids: readonly string[];
    readonly namespaceRoots: readonly string[];
    readonly stateRoot: string;
  }[];
  readonly leaves: readonly string[];
  readonly proofs: readonly boolean[];
}

/** Replays the vectors in memory with nothing but the ledger: the same code in Node and in a browser. */
export function replayVectors({ chain, proofs }: ReplayVectors): ReplayResult {
  const leaves: string[] = [];
  const replay = new ChainReplay({
    store: new MemoryStateStore(),
    verify: verifyWithNoble,
    onLeaf: (leaf) => leaves.push(encodeHash(leaf)),
  });
  const root = { chain_id: chain.chain_id, genesis: chain.genesis };
  const trusted = { chain: root, validators: chain.validators };
  const blocks = chain.blocks.map(({ header, proof, transactions }) => {
    const checked = transactions.map(({ transaction }) =>
      checkTransaction(new TextEncoder().encode(transaction), root, verifyWithNoble),
    );
    const fault = replay.apply({
      header: decodeHeader(header),
      proof: decodeProof(encodeCanonicalText(proof)),
      transactions: checked,
    });
    return {
      fault,
      hash: replay.head?.hash,
      ids: checked.map((one) => (isRejection(one) ? one.message : encodeHash(one.id))),
      namespaceRoots: NAMESPACES.map((name) => encodeHash(replay.roots[name].hash)),
      stateRoot: encodeHash(stateRoot(replay.roots)),
    };
  });
  return {
    sha256: encodeHash(sha256(new Uint8Array(0))),
    blocks,
    leaves,
    proofs: [
      ...proofs.transactions.map((proof) => verifyTransactionProof(proof, trusted).ok),
      ...proofs.state.map((proof) => verifyStateProof(proof, trusted).ok),
    ],
  };
}
