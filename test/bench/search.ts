import { join } from 'node:path';
import type { AuditFilter } from '../../src/api/chain/audit.ts';
import type { SyntheticChain } from '../../src/node/benchmark/synthetic-chain.ts';
import { QueryThread } from '../../src/node/query/query.ts';
import { ChainReader } from '../../src/node/storage/chain-reader.ts';
import { median, type Figure } from './figures.ts';

const ROUNDS = 21;
const PAGE = 100;

/** The first page of the audit log, for each filter that is indexed and for free text, as the page of the console asks for it. */
export async function measureSearch(directory: string, chain: SyntheticChain): Promise<Figure[]> {
  const began = performance.now();
  const height = heightOf(chain);
  const thread = new QueryThread({
    chainDirectory: chain.chainDirectory,
    height,
    indexDirectory: directory,
    blobsDirectory: join(directory, 'blobs'),
    keepsIndex: false,
    validatorId: null,
    scrubRecord: { path: join(directory, 'scrub.json'), isKept: false },
    now: Date.now,
    onIndexed: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    await thread.remote.indexedTo(height);
    const seconds = (performance.now() - began) / 1000;
    const filters: Readonly<Record<string, AuditFilter>> = {
      'no filter': {},
      'an action that all have': { actions: ['create_environment'] },
      'an action that few have': { actions: ['propose'] },
      'a signer': { signer: chain.publicKey },
      'an environment': { env_id: 'env-4711' },
      'a range of blocks': { from_block: 10, to_block: Math.floor(height / 2) },
      'a word that all have': { text: 'registered' },
      'a word that one has': { text: 'env-4711' },
      'a word that none has': { text: 'nowhere' },
    };
    const figures: Figure[] = [{ name: 'the index made', value: seconds, unit: 's' }];
    for (const [name, filter] of Object.entries(filters)) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const begin = performance.now();
        await thread.remote.audit({ filter, limit: PAGE });
        times.push(performance.now() - begin);
      }
      figures.push({
        name: `first page, ${name}`,
        value: median(times),
        unit: 'ms',
        bound: { at: 'most', value: 50 },
      });
    }
    return figures;
  } finally {
    await thread.stop();
  }
}

function heightOf({ chainDirectory }: SyntheticChain): number {
  const { reader, database } = ChainReader.open(chainDirectory);
  try {
    return reader.height();
  } finally {
    database.close();
  }
}
