import type { Hash } from '../../base/bytes.ts';
import type { BlockQueries } from './block-queries.ts';
import type { ContentQueries } from './content-queries.ts';
import type { EnvironmentListQuery, EnvironmentQueries } from './environment-queries.ts';
import type { GovernanceQueries } from './governance-queries.ts';
import type { lineageOf } from './lineage-query.ts';
import type { ProposalQueries } from './proposal-queries.ts';
import type { QueryContext } from './query-context.ts';
import type { StateQueries } from './state-queries.ts';
import type { Throughput } from './throughput.ts';

export interface QueryWorkerData {
  readonly chainDirectory: string;
  readonly indexDirectory: string;
  readonly blobsDirectory: string;
  /** Leaves index.db as it is: it is evidence that could not be noted elsewhere. */
  readonly keepsIndex?: boolean;
}

/** What the thread for reads answers. */
export type QueryHandlers = {
  readonly onBlock: (height: number, envIds: readonly string[]) => void;
  /** Resolves when the index has everything up to `height`. */
  readonly indexedTo: (height: number) => Promise<void>;
  readonly indexedHeight: () => number;
  /** Resolves when every row of the chain and of its index was looked at, and all stored content read. @throws STORAGE_CORRUPT */
  readonly scrubbed: () => Promise<void>;
  readonly head: () => {
    chain_id: string;
    genesis: Hash;
    era: number;
    height: number;
    head_hash: Hash;
    head_time: number;
    state_root: Hash;
    log_size: number;
    log_root: Hash;
    indexed_height: number;
    sandbox: boolean;
  };
  readonly throughput: Throughput['intervals'];
  /** Transactions in blocks since a moment. */
  readonly transactionsSince: (time: number) => number;
  readonly blocks: BlockQueries['blocks'];
  readonly block: BlockQueries['block'];
  readonly transaction: BlockQueries['transaction'];
  readonly receipt: BlockQueries['receipt'];
  readonly audit: BlockQueries['audit'];
  readonly auditCount: BlockQueries['auditCount'];
  readonly search: BlockQueries['search'];
  readonly environments: (query: EnvironmentListQuery) => ReturnType<EnvironmentQueries['environments']>;
  readonly lookalikes: EnvironmentQueries['lookalikes'];
  readonly environment: EnvironmentQueries['environment'];
  readonly lineage: (envId: string) => ReturnType<typeof lineageOf>;
  readonly files: ContentQueries['files'];
  readonly content: ContentQueries['content'];
  readonly file: ContentQueries['file'];
  readonly difference: ContentQueries['difference'];
  readonly fileDifference: ContentQueries['fileDifference'];
  readonly state: StateQueries['state'];
  readonly stateKeys: StateQueries['stateKeys'];
  readonly transactionProof: StateQueries['transactionProof'];
  readonly stateProof: StateQueries['stateProof'];
  readonly members: GovernanceQueries['members'];
  readonly validators: GovernanceQueries['validators'];
  readonly policies: GovernanceQueries['policies'];
  readonly authority: GovernanceQueries['authority'];
  readonly draft: GovernanceQueries['draft'];
  readonly posture: GovernanceQueries['posture'];
  readonly governed: (now: number) => {
    frozen: ReturnType<GovernanceQueries['frozen']>;
    openProposals: number;
    lostContent: string[];
    staleProposals: number;
    /** The newest block up to which the index was held against the chain; null where all of it was. */
    indexUncheckedAfter: number | null;
  };
  readonly proposals: ProposalQueries['proposals'];
  readonly proposal: ProposalQueries['proposal'];
  readonly proposalFile: ProposalQueries['proposalFile'];
  readonly memberOfKey: (publicKey: string) => ReturnType<QueryContext['memberOfKey']> | null;
  readonly stop: () => void;
};
