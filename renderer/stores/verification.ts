import { createStore, type StoreApi } from 'zustand/vanilla';

import type { VerifyEvent } from '../../src/api/operator/integrity.ts';
import type { Client } from '../bridge/client.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import type { NodeState } from './node-state.ts';

export type VerifyPhase = Extract<VerifyEvent, { type: 'progress' }>['phase'];
export type VerifyResult = Extract<VerifyEvent, { type: 'done' }>;

export interface PhaseProgress {
  readonly done: number;
  readonly total: number;
}

/** The full check of the chain. It continues while the person looks at other screens, and when the page is left. */
export interface Verification {
  readonly running: boolean;
  readonly phases: Readonly<Partial<Record<VerifyPhase, PhaseProgress>>>;
  readonly result: VerifyResult | null;
  readonly finishedAt: number | null;
  readonly problem: Problem | null;
  /** Which job of the host it is, once that is known. */
  readonly jobId: string | null;
}

const IDLE: Verification = {
  running: false,
  phases: {},
  result: null,
  finishedAt: null,
  problem: null,
  jobId: null,
};

export function createVerification(): StoreApi<Verification> {
  return createStore<Verification>(() => IDLE);
}

/** Starts the check, or follows the one that runs, or `jobId`, which may have ended; does nothing while one is followed. */
export async function runVerification(client: Client, store: StoreApi<Verification>, jobId?: string): Promise<void> {
  if (store.getState().running) return;
  store.setState({ ...IDLE, running: true });
  try {
    for await (const event of await client.operator.verify(jobId === undefined ? {} : { job_id: jobId })) {
      store.setState((state) => afterEvent(state, event));
    }
  } catch (error) {
    const problem = describeProblem(error);
    // The person who stopped it knows.
    if (problem.code !== 'CANCELLED') store.setState({ problem });
  } finally {
    store.setState({ running: false });
  }
}

export async function stopVerification(client: Client, store: StoreApi<Verification>): Promise<void> {
  const { jobId } = store.getState();
  if (jobId !== null) await client.operator.cancelJob({ job_id: jobId });
}

/** Finds the newest check of this machine again, running or ended, that this page did not start or was loaded since. */
export function followVerifications(client: Client, node: StoreApi<NodeState>, store: StoreApi<Verification>): void {
  node.subscribe(({ jobs }, previous) => {
    if (jobs === previous.jobs) return;
    const newest = jobs.findLast(({ kind, state }) => kind === 'verify' && (state === 'running' || state === 'done'));
    const { running, jobId, result } = store.getState();
    // One that was followed and has no result was lost with the connection.
    if (newest === undefined || running || (newest.job_id === jobId && result !== null)) return;
    void runVerification(client, store, newest.job_id).then(() => {
      if (newest.ended_at !== null) store.setState({ finishedAt: newest.ended_at });
    });
  });
}

function afterEvent(state: Verification, event: VerifyEvent): Partial<Verification> {
  switch (event.type) {
    case 'job':
      return { jobId: event.job_id };
    case 'progress':
      return { phases: { ...state.phases, [event.phase]: { done: event.done, total: event.total } } };
    case 'done':
      return { result: event, finishedAt: Date.now() };
  }
}
