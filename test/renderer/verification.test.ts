import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { VerifyEvent } from '../../src/api/operator/integrity.ts';
import type { JobView } from '../../src/api/operator/jobs.ts';
import type { Client } from '../../renderer/bridge/client.ts';
import { ConnectionLost } from '../../renderer/bridge/problem.ts';
import { createNodeState } from '../../renderer/stores/node-state.ts';
import { createVerification, followVerifications, runVerification } from '../../renderer/stores/verification.ts';

const DONE = { type: 'done', ok: true, height: 7, findings: [], notes: [] } as unknown as VerifyEvent;

const job = (more: Partial<JobView> = {}): JobView => ({
  job_id: 'job-1',
  kind: 'verify',
  title: 'Integrity check',
  started_at: 1,
  state: 'running',
  progress: null,
  ended_at: null,
  error: null,
  ...more,
});

/** A page whose host answers each call of `verify` as the next of `answers` says. */
function page(...answers: readonly (() => AsyncGenerator<VerifyEvent>)[]) {
  const asked: unknown[] = [];
  const client = {
    operator: {
      verify: async (input: unknown) => {
        const answer = answers[asked.push(input) - 1];
        if (answer === undefined) throw new Error('it was asked once more');
        return answer();
      },
    },
  } as unknown as Client;
  const [node, store] = [createNodeState(), createVerification()];
  followVerifications(client, node, store);
  return { client, node, store, asked };
}

async function* result(): AsyncGenerator<VerifyEvent> {
  yield { type: 'job', job_id: 'job-1' };
  yield DONE;
}

async function* lost(): AsyncGenerator<VerifyEvent> {
  yield { type: 'job', job_id: 'job-1' };
  throw new ConnectionLost();
}

test('a check that runs, or has ended, is found with its result, and asked for once', async () => {
  const { node, store, asked } = page(result);
  node.setState({ jobs: [job({ kind: 'scan', job_id: 'scan-1' })] });
  expect(asked).toEqual([]);
  node.setState({ jobs: [job({ state: 'done', ended_at: 5 })] });
  await setImmediate();
  expect(asked).toEqual([{ job_id: 'job-1' }]);
  expect(store.getState()).toMatchObject({ running: false, result: DONE, finishedAt: 5, jobId: 'job-1' });
  node.setState({ jobs: [job({ state: 'done', ended_at: 5 }), job({ job_id: 'job-2', state: 'cancelled' })] });
  await setImmediate();
  expect(asked).toHaveLength(1);
});

test('one that was lost with the connection is followed again once it is back', async () => {
  const { client, node, store, asked } = page(lost, result);
  await runVerification(client, store);
  expect(store.getState()).toMatchObject({ running: false, result: null, problem: { code: 'CONNECTION_LOST' } });
  node.setState({ jobs: [job()] });
  await setImmediate();
  expect(asked).toEqual([{}, { job_id: 'job-1' }]);
  expect(store.getState()).toMatchObject({ running: false, result: DONE, problem: null });
});
