import { decodeUtf8 } from '../../base/bytes.ts';
import { leastTime } from '../../ledger/governance/era.ts';
import { stateAfter } from '../storage/stored-past.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { environmentName } from '../../ledger/actions/environment-metadata.ts';
import { isRecordKey, type EnvironmentRecord } from '../../ledger/state/records.ts';
import { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { checkHistory } from '../history/reader-check.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import type { NamedEnvironment } from '../../ledger/governance/action.ts';
import { lookalikesOf, withLookalikes } from './environment-names.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { simulate, type SimulationResult } from '../../ledger/effects/simulate.ts';

/**
 * Executes an unsigned transaction's bytes on the newest state that is on the disk, whatever node runs. What is read is
 * checked against the chain's own hashes and seals, and the chain against the newest head that this machine has seen;
 * nothing that another process says is part of it.
 * @throws HISTORY_CHANGED, STORAGE_CORRUPT and whatever keeps the chain from opening
 */
export async function simulateOnDisk(
  unsigned: Uint8Array,
  { dataDirectory, now }: { readonly dataDirectory: string; readonly now: () => number },
): Promise<SimulationResult> {
  const { chain } = dataPaths(dataDirectory);
  const { reader, database } = ChainReader.open(chain, { pageCacheCount: 64 });
  try {
    const { verify } = loadSignatureVerifier();
    const fault = checkHistory(chain, reader, verify);
    if (fault !== null) throw fault;
    const head = reader.head();
    const { header } = head;
    const state = stateAfter(reader, head);
    const result = simulate(unsigned, {
      state,
      context: {
        chain: reader.identity(),
        index: header.index + 1,
        timestamp: Math.max(now(), leastTime(state, header)),
        seen: new RecentTransactions(),
        verify,
      },
    });
    // Read only where an environment is made or named.
    return await withLookalikes(unsigned, result, (made) => lookalikesOf(made, namedEnvironments(state)));
  } finally {
    database.close();
  }
}

function namedEnvironments({ tree, roots }: LedgerState): Map<string, NamedEnvironment> {
  const named = new Map<string, NamedEnvironment>();
  tree.walk(roots.environments, ({ key, value }) => {
    if (isRecordKey(key)) {
      const { blue } = JSON.parse(decodeUtf8(value)) as EnvironmentRecord;
      named.set(key, { env_id: key, name: environmentName(blue.metadata) });
    }
    return true;
  });
  return named;
}
