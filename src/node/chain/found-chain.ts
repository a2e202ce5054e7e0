import { GENESIS_ACTION } from '../../ledger/governance/action.ts';
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import type { PublicKey } from '../../base/bytes.ts';
import { TRANSACTION_WINDOW_MS } from '../../base/limits.ts';
import type { GenesisPayload } from '../../ledger/actions/genesis.ts';
import { CHAIN_ID_FORM, isChainId, NO_GENESIS } from '../../ledger/chain-identity.ts';
import { EMPTY_ROOTS, LedgerState } from '../../ledger/state/ledger-state.ts';
import { NO_PAST } from '../../ledger/state/past-blocks.ts';
import { LogFrontier } from '../../ledger/log/log.ts';
import { RecentTransactions } from '../../ledger/transactions/recent-transactions.ts';
import { signDigest, verifyWithNoble } from '../../ledger/crypto/signature.ts';
import {
  checkTransaction,
  encodeTransaction,
  isRejection,
  signTransaction,
} from '../../ledger/transactions/transaction.ts';
import { decideBlock } from './make-block.ts';
import { sealBlock, type SealingKey } from './seal-block.ts';
import { StageClock } from './stage-clock.ts';
import { ChainStore } from '../storage/chain-store.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';

export function assertChainId(chainId: string): void {
  if (!isChainId(chainId)) {
    throw new QuantumLockError('INPUT_INVALID', `"${chainId.slice(0, 80)}" is not a chain id`, {
      advice: `Use ${CHAIN_ID_FORM}.`,
    });
  }
}

/** A name for a chain that nobody names: different from chain to chain, so that people can distinguish them. */
export function newChainId(what: 'dark-matter' | 'sandbox'): string {
  return `${what}-${randomBytes(3).toString('hex')}`;
}

export interface FoundingOptions {
  readonly chainDirectory: string;
  readonly chainId: string;
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly nonce: number;
  readonly genesis: GenesisPayload;
  /** The administrator who signs it. */
  readonly founder: { readonly publicKey: PublicKey; readonly secret: Uint8Array };
  readonly key: SealingKey;
}

/** The parameters of a new chain. */
export function newChainParameters(sandbox: boolean): GenesisPayload['parameters'] {
  return { transaction_window_ms: TRANSACTION_WINDOW_MS, sandbox };
}

/**
 * Writes a new chain with its genesis block. It is made next to its place and moved there whole, so a crash leaves no
 * half-made chain.
 * @throws INPUT_INVALID, DATA_DIR_NOT_EMPTY, TRANSACTION_REJECTED, STORAGE_FULL
 */
export function foundChain(options: FoundingOptions): void {
  assertChainId(options.chainId);
  const making = `${options.chainDirectory}.new`;
  guardStorage(making, () => {
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true, mode: 0o700 });
  });
  const store = ChainStore.create(making, options.chainId);
  try {
    writeGenesis(store, options);
  } finally {
    store.close();
  }
  try {
    renameSync(making, options.chainDirectory);
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code !== 'EEXIST' && code !== 'ENOTEMPTY') throw storageError(options.chainDirectory, cause);
    throw new QuantumLockError('DATA_DIR_NOT_EMPTY', `${join(options.chainDirectory)} already exists`, { cause });
  }
}

function writeGenesis(store: ChainStore, options: FoundingOptions): void {
  const chain = { chain_id: options.chainId, genesis: NO_GENESIS };
  const transaction = signTransaction(
    {
      action: GENESIS_ACTION,
      chain_id: options.chainId,
      era: 0,
      nonce: options.nonce,
      payload: options.genesis,
      recipient: 'governance',
      sender: 'governance',
      signer: options.founder.publicKey,
      timestamp: options.timestamp,
    },
    chain,
    options.founder.secret,
  );
  const checked = checkTransaction(encodeTransaction(transaction), chain, verifyWithNoble);
  if (isRejection(checked))
    throw new QuantumLockError('TRANSACTION_REJECTED', `genesis: ${checked.message}`, {
      context: { reject_code: checked.code },
    });
  const stages = new StageClock();
  const { block, refusals } = decideBlock({
    store,
    state: new LedgerState(store.reader.state, EMPTY_ROOTS, NO_PAST),
    frontier: new LogFrontier(),
    recent: new RecentTransactions(),
    validatorId: options.key.validatorId,
    verify: verifyWithNoble,
    chain,
    parent: null,
    timestamp: options.timestamp,
    candidates: [checked],
    stages,
  });
  if (block === null)
    throw new QuantumLockError('TRANSACTION_REJECTED', `genesis: ${refusals[0]?.message ?? 'refused'}`);
  sealBlock({ store, block, key: options.key, sign: signDigest, stages });
}
