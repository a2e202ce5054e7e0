import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import { EmbeddedEngine } from '../engine/embedded-engine.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { SignedStatement, StatementToSign } from '../engine/statement.ts';
import type { EngineStats } from '../engine/engine.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import type { MeterPoint } from '../monitoring/finality-meter.ts';
import { clockFileOf, machineClock } from '../clock/machine-clock.ts';
import { SealingClock, type ClockReading } from '../clock/sealing-clock.ts';
import { unpackBytes, type PackedBytes } from '../engine/packed-bytes.ts';
import type { NextKey, SealingKey } from '../chain/seal-block.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../signature-verifier.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { ChainStore } from '../storage/chain-store.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { notify, serveOwner } from '../threads/serve-port.ts';
import { TOLD_METRICS_MINUTES } from './told-metrics.ts';

/** The validator's thread: it alone writes the chain. No fsync, hash or query of it ever blocks a window. */

export interface ValidatorWorkerData {
  readonly chainDirectory: string;
  readonly verifyThreads: number;
}

export type ValidatorHandlers = {
  /** Opens the chain with the key that seals. Called once, first. */
  readonly start: (key: SealingKey, nextKeys: readonly NextKey[]) => void;
  readonly addKey: (key: NextKey) => void;
  readonly dropKey: (publicKey: string) => void;
  readonly signStatement: (statement: StatementToSign) => SignedStatement;
  readonly submit: (transactions: PackedBytes) => Promise<SubmitResult[]>;
  readonly simulate: (unsigned: Uint8Array) => SimulationResult;
  readonly clock: () => ClockReading;
  readonly stats: () => EngineStats;
  readonly metrics: (minutes: number) => MeterPoint[];
};

const port = defined(parentPort, 'parent port');
const options = workerData as ValidatorWorkerData;
let store: ChainStore | null = null;
let pool: VerifyPool | null = null;
let running: EmbeddedEngine | null = null;

function engine(): EmbeddedEngine {
  return defined(running, 'the started engine');
}

const STATS_INTERVAL_MS = 250;
let toldStatsAt = 0;

/** Under load the figures are pushed: a question would wait for the block that is being made. */
function tellStats(): void {
  if (running === null || performance.now() - toldStatsAt < STATS_INTERVAL_MS) return;
  toldStatsAt = performance.now();
  notify(port, 'stats', { stats: running.stats(), metrics: running.metrics(TOLD_METRICS_MINUTES) });
}

const handlers: ValidatorHandlers = {
  start: (key, nextKeys) =>
    guardStorage(CHAIN_DATABASE, () => {
      store = ChainStore.open(options.chainDirectory);
      pool = new VerifyPool({ chain: store.reader.chain(), threads: options.verifyThreads });
      running = new EmbeddedEngine({
        store,
        pool,
        key,
        nextKeys,
        sign: loadDigestSigner(),
        signatureVerifier: loadSignatureVerifier(),
        now: Date.now,
        clock: new SealingClock(machineClock(), clockFileOf(options.chainDirectory)),
        onBlock: (block) => {
          notify(port, 'block', block);
          tellStats();
        },
      });
    }),
  addKey: (key) => engine().addKey(key),
  dropKey: (publicKey) => engine().dropKey(publicKey),
  signStatement: (statement) => engine().signStatement(statement),
  submit: (transactions) => engine().submit(unpackBytes(transactions)),
  simulate: (unsigned) => engine().simulate(unsigned),
  clock: () => engine().clock(),
  stats: () => engine().stats(),
  metrics: (minutes) => engine().metrics(minutes),
};

/** Commits what was accepted, and closes the chain; also where the start failed on the way. */
async function close(): Promise<void> {
  try {
    // The engine ends its threads.
    await (running ?? pool)?.close();
  } finally {
    store?.close();
  }
}

serveOwner(port, handlers, close);
