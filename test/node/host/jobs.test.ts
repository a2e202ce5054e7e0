import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { JOBS_ENDED_KEPT_MAX } from '../../../src/base/limits.ts';
import { Jobs, type JobRequest } from '../../../src/node/host/jobs.ts';
import { coded } from '../../coded.ts';

interface Step {
  readonly part: string;
  readonly done: number;
}

/** Work that a test goes on with by hand. */
class Work {
  readonly ended = Promise.withResolvers<string>();
  report: (step: Step) => void = () => undefined;
  signal: AbortSignal | null = null;
  startCount = 0;

  request(key = 'here'): JobRequest<Step, string> {
    return {
      kind: 'verify',
      title: 'Integrity check',
      key,
      measure: ({ done }) => ({ done, total: 10 }),
      partOf: ({ part }) => part,
      work: (report, signal) => {
        this.startCount += 1;
        this.report = report;
        this.signal = signal;
        signal.addEventListener('abort', () => this.ended.reject(new QuantumLockError('CANCELLED', 'stopped')));
        return this.ended.promise;
      },
    };
  }
}

const NOW = 1_700_000_000_000;

/** All that a follower hears, as it comes. */
function heardBy(events: AsyncIterable<Step | string>): {
  readonly heard: (Step | string)[];
  readonly end: Promise<unknown>;
} {
  const heard: (Step | string)[] = [];
  const end = (async () => {
    for await (const event of events) heard.push(event);
  })().catch((error: unknown) => error);
  return { heard, end };
}

describe('a job', () => {
  test('tells every follower of each report and the result, whoever leaves', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const { job, isNew } = jobs.start(work.request());
    expect(isNew).toBe(true);
    const leaving = new AbortController();
    const first = heardBy(job.follow(leaving.signal));
    const second = heardBy(job.follow(undefined));
    await setImmediate();
    work.report({ part: 'a', done: 1 });
    await setImmediate();
    leaving.abort();
    await first.end;
    work.report({ part: 'a', done: 2 });
    await setImmediate();
    work.ended.resolve('all is well');
    await second.end;
    expect(first.heard).toEqual([{ part: 'a', done: 1 }]);
    expect(second.heard).toEqual([{ part: 'a', done: 1 }, { part: 'a', done: 2 }, 'all is well']);
    expect(work.signal?.aborted).toBe(false);
    expect(job.isFollowed).toBe(false);
  });

  test('tells whoever comes later the newest of each part, in the order in which they came, and its end', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const { job } = jobs.start(work.request());
    for (const step of [
      { part: 'a', done: 1 },
      { part: 'b', done: 1 },
      { part: 'a', done: 9 },
    ])
      work.report(step);
    const late = heardBy(job.follow(undefined));
    await setImmediate();
    expect(late.heard).toEqual([
      { part: 'b', done: 1 },
      { part: 'a', done: 9 },
    ]);
    work.ended.resolve('done');
    await late.end;
    const later = heardBy(jobs.find(job.id, work.request()).job.follow(undefined));
    await later.end;
    expect(later.heard).toEqual([{ part: 'b', done: 1 }, { part: 'a', done: 9 }, 'done']);
  });

  test('is one for all who ask for the same while it runs', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const first = jobs.start(work.request());
    const same = jobs.start(work.request());
    expect([same.job.id, same.isNew, work.startCount]).toEqual([first.job.id, false, 1]);
    const other = jobs.start(new Work().request('elsewhere'));
    expect(other.isNew).toBe(true);
    work.ended.resolve('done');
    await first.job.ended;
    expect(jobs.start(new Work().request()).isNew).toBe(true);
  });

  test('is stopped by whoever may see it, once', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const { job } = jobs.start(work.request());
    const follower = heardBy(job.follow(undefined));
    expect(jobs.cancel(job.id)).toBe(true);
    expect(await follower.end).toEqual(coded('CANCELLED'));
    expect(jobs.cancel(job.id)).toBe(false);
    expect(jobs.list()).toMatchObject([{ job_id: job.id, state: 'cancelled', error: null, ended_at: NOW }]);
    expect(() => jobs.cancel('job-none')).toThrow(coded('NOT_FOUND'));
    expect(() => jobs.find('job-none', work.request())).toThrow(coded('NOT_FOUND'));
    expect(() => jobs.find(job.id, work.request('elsewhere'))).toThrow(coded('NOT_FOUND'));
  });

  test('that fails says why, to its followers and in the list', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const { job } = jobs.start(work.request());
    const failure = new QuantumLockError('STORAGE_FULL', 'no space left');
    work.ended.reject(failure);
    expect(await heardBy(job.follow(undefined)).end).toBe(failure);
    expect(jobs.list()).toMatchObject([{ state: 'failed', error: { code: 'STORAGE_FULL', message: 'no space left' } }]);
    const broken = new Work();
    const { job: other } = jobs.start(broken.request());
    broken.ended.reject(new TypeError('a secret of the program'));
    await other.ended;
    expect(jobs.list().at(-1)).toMatchObject({ state: 'failed', error: { code: 'NODE_FAILED' } });
    expect(JSON.stringify(jobs.list())).not.toContain('a secret');
  });
});

describe('the jobs of a host', () => {
  test('are listed with how far they are, and told of at once when one begins or ends', async () => {
    let now = NOW;
    const [jobs, work] = [new Jobs(() => now), new Work()];
    let toldCount = 0;
    const leaving = new AbortController();
    void (async () => {
      for await (const _ of jobs.changes.changes(leaving.signal)) toldCount += 1;
    })();
    await setImmediate();
    const { job } = jobs.start(work.request());
    await setImmediate();
    const atStart = toldCount;
    expect(atStart).toBeGreaterThan(1);
    expect(jobs.list()).toEqual([
      {
        job_id: job.id,
        kind: 'verify',
        title: 'Integrity check',
        started_at: NOW,
        state: 'running',
        progress: null,
        ended_at: null,
        error: null,
      },
    ]);
    // Many reports at once are told of once.
    for (let done = 1; done <= 5; done++) work.report({ part: 'a', done });
    await setImmediate();
    expect(toldCount - atStart).toBeLessThanOrEqual(1);
    now += 5_000;
    work.ended.resolve('done');
    await job.ended;
    await setImmediate();
    expect(toldCount).toBeGreaterThan(atStart);
    expect(jobs.list()).toMatchObject([{ state: 'done', progress: { done: 5, total: 10 }, ended_at: NOW + 5_000 }]);
    leaving.abort();
  });

  test('that ended are kept for a while, and the newest of them', async () => {
    const jobs = new Jobs(() => NOW);
    const ids: string[] = [];
    for (let count = 0; count < JOBS_ENDED_KEPT_MAX + 3; count++) {
      const work = new Work();
      const { job } = jobs.start(work.request(String(count)));
      ids.push(job.id);
      work.ended.resolve('done');
      await job.ended;
    }
    jobs.start(new Work().request('last'));
    expect(
      jobs
        .list()
        .slice(0, -1)
        .map(({ job_id }) => job_id),
    ).toEqual(ids.slice(3));
  });

  test('are stopped when the host closes, which waits for them', async () => {
    const [jobs, work] = [new Jobs(() => NOW), new Work()];
    const { job } = jobs.start(work.request());
    await jobs.close();
    expect([work.signal?.aborted, job.isRunning, jobs.list()]).toEqual([true, false, []]);
  });
});
