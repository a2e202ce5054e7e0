import { createStore, type StoreApi } from 'zustand/vanilla';

import type { VerifyEvent } from '../../src/api/operator/integrity.ts';
import type { Client } from '../bridge/client.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';

export type VerifyPhase = Extract<VerifyEvent, { type: 'progress' }>['phase'];
export type VerifyResult = Extract<VerifyEvent, { type: 'done' }>;

export interface PhaseProgress {
  readonly done: number;
  readonly total: number;
}

/** The full check of the chain. It goes on while the person looks at other screens. */
export interface Verification {
  readonly running: boolean;
  readonly phases: Readonly<Partial<Record<VerifyPhase, PhaseProgress>>>;
  readonly result: VerifyResult | null;
  readonly finishedAt: number | null;
  readonly problem: Problem | null;
  readonly stop: (() => void) | null;
}

const IDLE: Verification = { running: false, phases: {}, result: null, finishedAt: null, problem: null, stop: null };

export function createVerification(): StoreApi<Verification> {
  return createStore<Verification>(() => IDLE);
}

/** Starts the check; does nothing while one runs. */
export async function runVerification(client: Client, store: StoreApi<Verification>): Promise<void> {
  if (store.getState().running) return;
  const controller = new AbortController();
  store.setState({ ...IDLE, running: true, stop: () => controller.abort() });
  try {
    for await (const event of await client.operator.verify(undefined, { signal: controller.signal })) {
      store.setState((state) => afterEvent(state, event));
    }
  } catch (error) {
    if (!controller.signal.aborted) store.setState({ problem: describeProblem(error) });
  } finally {
    store.setState({ running: false, stop: null });
  }
}

function afterEvent(state: Verification, event: VerifyEvent): Partial<Verification> {
  if (event.type === 'done') return { result: event, finishedAt: Date.now() };
  return { phases: { ...state.phases, [event.phase]: { done: event.done, total: event.total } } };
}
