import { join } from 'node:path';
import { decodeUtf8, encodeUtf8, type Hash, type PublicKey } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { KeyRecord, MemberRecord } from '../../ledger/state/records.ts';
import type { Signer } from '../keys/signer.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { lockDataDirectory } from '../data-directory/data-lock.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock, StoredBlock } from '../storage/stored-block.ts';
import { keepChainFile, openChainFile } from '../storage/chain-file.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { tileIdsBehind } from '../storage/log-rows.ts';
import { verifyFinal } from '../verify/verify-node.ts';
import { removeIndex } from '../query/open-index.ts';
import { appendToSigningLog } from '../data-directory/signing-log.ts';
import type { HeadCopy } from './head-copies.ts';
import { GrownFilesWatch } from './grown-files.ts';
import { HeadRecordWriter } from './head-record.ts';
import { seenHeadOf } from './history-check.ts';
import type { SeenHead } from '../data-directory/seen-head.ts';
import { localCopies } from './local-copies.ts';
import { readHistoryState } from './history-state.ts';
import { HeadWatch } from './head-watch.ts';
import { sha256 } from '#sha256';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';

export interface AcceptOptions {
  readonly dataDirectory: string;
  /** The newest block of the chain as it is: named, so that it is this one that is accepted. */
  readonly head: Hash;
  readonly reason: string;
  /** An administrator of that chain. */
  readonly by: Pick<Signer, 'publicKey' | 'sign'>;
  readonly copies: readonly HeadCopy[];
  readonly verifyThreads: number;
  readonly now: () => number;
  /** As {@link ReadingOptions} has it. */
  readonly unprovedMax?: number;
}

export interface Acceptance {
  readonly accepted: SeenHead;
  readonly member_id: string;
  /** What was wrong before. */
  readonly fault: string | null;
  /** Where the database is kept as it was, if rows that no final block accounts for were taken out of it. */
  readonly set_aside: string | null;
}

/**
 * An administrator accepts the chain of a data directory as it is, although blocks that were seen are missing or others are in
 * their place. The chain is verified from genesis first; what is behind its newest final block is set aside; the
 * acceptance is signed and is in `signing.log`. From then on the node seals on it: heights that were signed before may be
 * signed a second time, which is what is being accepted.
 * @throws CHAIN_INVALID, INPUT_INVALID, DATA_DIR_LOCKED, SIGNING_REFUSED
 */
export async function acceptHistory(options: AcceptOptions): Promise<Acceptance> {
  const { dataDirectory, copies, now, reason } = options;
  const { chain } = dataPaths(dataDirectory);
  const lock = lockDataDirectory(dataDirectory);
  try {
    const { verifyThreads, unprovedMax = 0 } = options;
    const counted = await verifyFinal({ dataDirectory, verifyThreads, unprovedMax });
    const { head, proved, genesis, memberId } = readHead(chain, options);
    const watch = new HeadWatch(chain, [...localCopies(dataDirectory, now), ...copies]);
    const { fault } = readHistoryState(dataDirectory, await watch.remembered(), { unprovedMax });
    const accepted = seenHeadOf({ genesis, header: head.header, hash: head.hash });
    const statement = { accepted: { ...accepted }, by: memberId, fault: fault?.message ?? null, reason, time: now() };
    const digest = sha256(encodeUtf8(`quantum-lock/accept-history/v1\0${encodeCanonicalText(statement)}`));
    appendToSigningLog(dataDirectory, {
      ...statement,
      public_key: options.by.publicKey,
      signature: await options.by.sign(digest),
    });
    const setAside = trimBehind(chain, { ...counted, height: head.header.index, logSize: head.header.log_size, now });
    // It may be of the chain that was here before, and is made again.
    removeIndex(dataDirectory);
    const writer = new HeadRecordWriter(chain);
    try {
      writer.replace({
        genesis,
        header: proved.header,
        hash: proved.hash,
        proof: proved.proof,
        ...counted,
        grown: new GrownFilesWatch(chain).measure(),
      });
    } finally {
      writer.close();
    }
    await watch.write();
    return { accepted, member_id: memberId, fault: fault?.message ?? null, set_aside: setAside };
  } finally {
    lock.release();
  }
}

function readHead(
  chainDirectory: string,
  { head: named, by, unprovedMax = 0 }: AcceptOptions,
): { readonly head: StoredBlock; readonly proved: ProvedBlock; readonly genesis: Hash; readonly memberId: string } {
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16, unprovedMax });
  try {
    const head = reader.head();
    if (head.hash !== named)
      throw new QuantumLockError('INPUT_INVALID', `the chain ends at block ${head.header.index}, ${head.hash}`, {
        advice: 'Name the newest block of the chain that is to be accepted: dm blockchain status shows it.',
      });
    const member = administratorOf(reader, head, by.publicKey);
    if (member === null)
      throw new QuantumLockError('SIGNING_REFUSED', 'only an administrator of this chain can accept its history', {
        advice: 'Name the key of an active administrator with --as.',
      });
    return { head, proved: reader.provedHead(), genesis: reader.block(0).hash, memberId: member };
  } finally {
    database.close();
  }
}

function administratorOf(reader: ChainReader, { roots }: StoredBlock, publicKey: PublicKey): string | null {
  const read = <T>(key: string): T | null => {
    const bytes = reader.tree.get(roots.members, key);
    return bytes === undefined ? null : (JSON.parse(decodeUtf8(bytes)) as T);
  };
  const key = read<KeyRecord>(keyPlace(publicKey));
  const member = key === null ? null : read<MemberRecord>(memberPlace(key.member_id));
  const isAdministrator = key?.status === 'active' && member?.status === 'active' && member.level === 'administrator';
  return isAdministrator ? member.member_id : null;
}

/** Takes out the rows behind the newest final block, after a copy of the whole database is set aside. Returns where, or null. */
function trimBehind(
  chainDirectory: string,
  end: {
    readonly height: number;
    readonly logSize: number;
    readonly pages: number;
    readonly values: number;
    readonly now: () => number;
  },
): string | null {
  return guardStorage(join(chainDirectory, CHAIN_DATABASE), () => {
    const database = openChainFile(chainDirectory, { mode: 'write' });
    try {
      database.pragma('wal_checkpoint(TRUNCATE)');
      const behind = [
        `blocks WHERE height > ${end.height}`,
        `block_ids WHERE height > ${end.height}`,
        `transactions WHERE log_index >= ${end.logSize}`,
        `state_pages WHERE id > ${end.pages}`,
        `state_values WHERE id > ${end.values}`,
      ];
      if (behind.every((rows) => database.prepare(`SELECT 1 FROM ${rows} LIMIT 1`).get() === undefined)) return null;
      const aside = `${chainDirectory}.before-${new Date(end.now()).toISOString().replaceAll(':', '')}`;
      keepChainFile(chainDirectory, aside, 'copy');
      database.transaction(() => {
        for (const rows of behind) database.exec(`DELETE FROM ${rows}`);
        // Tiles that the block had filled: full ones of a log of this size stay.
        for (const ids of tileIdsBehind(end.logSize))
          database.exec(`DELETE FROM log_tiles WHERE id >= ${ids.begin} AND id < ${ids.end}`);
      })();
      return aside;
    } finally {
      database.close();
    }
  });
}
