import type Database from 'better-sqlite3';
import type { ChainReader } from '../storage/chain-reader.ts';
import { BlockQueries } from './block-queries.ts';
import { CheckpointQueries } from './checkpoint-queries.ts';
import { EnvironmentQueries } from './environment-queries.ts';
import { GreenQueries } from './green-queries.ts';
import { GovernanceQueries } from './governance-queries.ts';
import type { Indexer } from './indexer.ts';
import type { OpenedIndex } from './open-index.ts';
import { ProposalQueries } from './proposal-queries.ts';
import { QueryContext, type StateLists } from './query-context.ts';
import { StateCache } from './state-cache.ts';
import { StateQueries } from './state-queries.ts';

/** What works on the index, rebuilt with it. */
export interface Queries {
  readonly index: Database.Database;
  readonly indexer: Indexer;
  readonly context: QueryContext;
  readonly blocks: BlockQueries;
  readonly checkpoints: CheckpointQueries;
  readonly environments: EnvironmentQueries;
  readonly state: StateQueries;
  readonly green: GreenQueries;
  readonly governance: GovernanceQueries;
  readonly proposals: ProposalQueries;
}

export function makeQueries(chain: ChainReader, lists: StateLists, { database, indexer }: OpenedIndex): Queries {
  const context = new QueryContext({
    chain,
    index: database,
    indexer,
    environments: new StateCache({ now: Date.now }),
    lists,
  });
  const governance = new GovernanceQueries(context);
  return {
    index: database,
    indexer,
    context,
    governance,
    blocks: new BlockQueries(context),
    checkpoints: new CheckpointQueries(context),
    environments: new EnvironmentQueries(context),
    state: new StateQueries(context),
    green: new GreenQueries(context),
    proposals: new ProposalQueries(context, governance),
  };
}
