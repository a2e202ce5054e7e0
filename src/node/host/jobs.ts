import { randomUUID } from 'node:crypto';
import type { JobView } from '../../api/operator/jobs.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { JOBS_ENDED_KEPT_MAX, JOBS_TOLD_INTERVAL_MS } from '../../base/limits.ts';
import { ChangeSignal } from '../change-signal.ts';
import { failureOf } from '../signing/question-book.ts';

/** Long work, as a value. */
export interface JobRequest<Progress, Result> {
  readonly kind: JobView['kind'];
  readonly title: string;
  /** Two requests of one kind with the same key are one job while it runs. */
  readonly key: string;
  /** Does it. Rejects once `signal` has aborted. */
  readonly work: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>;
  /** How far it is. */
  readonly measure: (progress: Progress) => NonNullable<JobView['progress']>;
  /**
   * Which part of the work a report is of: the newest of each is reported to clients that join later. One part where it
   * is left out.
   */
  readonly partOf?: (progress: Progress) => string;
}

/** Work that is told in events of a contract: how far it is, and at last its result. */
export type EventJob<Event extends { readonly type: string }> = JobRequest<
  Extract<Event, { readonly type: 'progress' }>,
  Extract<Event, { readonly type: 'done' }>
>;

type End<Result> = { readonly result: Result } | { readonly error: unknown };

/** Work that continues whether or not anyone follows it. */
export class Job<Progress, Result> {
  readonly id = `job-${randomUUID()}`;
  readonly ended: Promise<void>;
  readonly #request: JobRequest<Progress, Result>;
  readonly #startedAt: number;
  readonly #changes = new ChangeSignal();
  readonly #abort = new AbortController();
  /** The newest report of each part, by when it came. */
  readonly #reports = new Map<string, { readonly at: number; readonly progress: Progress }>();
  #reportCount = 0;
  #newest: Progress | null = null;
  #end: (End<Result> & { readonly at: number }) | null = null;
  #followerCount = 0;

  constructor(
    request: JobRequest<Progress, Result>,
    { now, onChange }: { readonly now: () => number; readonly onChange: (isEnd: boolean) => void },
  ) {
    this.#request = request;
    this.#startedAt = now();
    const report = (progress: Progress): void => {
      this.#newest = progress;
      this.#reports.set(request.partOf?.(progress) ?? '', { at: ++this.#reportCount, progress });
      this.#changes.notify();
      onChange(false);
    };
    const end = (how: End<Result>): void => {
      this.#end = { ...how, at: now() };
      this.#changes.notify();
      onChange(true);
    };
    this.ended = request.work(report, this.#abort.signal).then(
      (result) => end({ result }),
      (error: unknown) => end({ error }),
    );
  }

  isOf({ kind, key }: Pick<JobRequest<never, never>, 'kind' | 'key'>): boolean {
    return this.#request.kind === kind && this.#request.key === key;
  }

  get isRunning(): boolean {
    return this.#end === null;
  }

  /** False where it has ended. */
  cancel(): boolean {
    if (!this.isRunning) return false;
    this.#abort.abort();
    return true;
  }

  /** The newest report of each part, every one that comes, and the result; leaving ends nothing. @throws what the work throws */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<Progress | Result, void, undefined> {
    let seen = 0;
    this.#followerCount += 1;
    try {
      for await (const _ of this.#changes.changes(signal)) {
        // As it is now: more may be reported while somebody takes it.
        const end = this.#end;
        const reports = [...this.#reports.values()].filter(({ at }) => at > seen);
        for (const { at, progress } of reports.toSorted((one, other) => one.at - other.at)) {
          seen = at;
          yield progress;
        }
        if (end === null) continue;
        if ('error' in end) throw end.error;
        yield end.result;
        return;
      }
    } finally {
      this.#followerCount -= 1;
    }
  }

  get isFollowed(): boolean {
    return this.#followerCount > 0;
  }

  get view(): JobView {
    const { kind, title, measure } = this.#request;
    const end = this.#end;
    const error = end !== null && 'error' in end ? end.error : null;
    const isCancelled = error !== null && this.#abort.signal.aborted;
    return {
      job_id: this.id,
      kind,
      title,
      started_at: this.#startedAt,
      state: end === null ? 'running' : isCancelled ? 'cancelled' : error === null ? 'done' : 'failed',
      progress: this.#newest === null ? null : measure(this.#newest),
      ended_at: end?.at ?? null,
      error: error === null || isCancelled ? null : failureOf(error, title),
    };
  }
}

type AnyJob = Pick<Job<never, never>, 'id' | 'ended' | 'isOf' | 'isRunning' | 'cancel' | 'view'>;

/** The long work of a host: found by any later client, whether or not the client that started it is still there. */
export class Jobs {
  /** Of which jobs there are and their state; of their progress, a few times a second. */
  readonly changes = new ChangeSignal();
  readonly #now: () => number;
  #jobs: readonly AnyJob[] = [];
  #toldAt = -Infinity;

  /** `now`: Unix milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts it, or returns the one that runs already. */
  start<Progress, Result>(
    request: JobRequest<Progress, Result>,
  ): { readonly job: Job<Progress, Result>; readonly isNew: boolean } {
    const running = this.#jobs.find((job) => job.isRunning && job.isOf(request));
    // Of one kind and key, so of the same types.
    if (running !== undefined) return { job: running as unknown as Job<Progress, Result>, isNew: false };
    const job = new Job(request, { now: this.#now, onChange: (isEnd) => this.#tell(isEnd) });
    this.#jobs = [...this.#jobs, job];
    this.#forgetOld();
    this.#tell(true);
    return { job, isNew: true };
  }

  /** One that runs or ended lately, of the same kind and key. @throws NOT_FOUND */
  find<Progress, Result>(
    jobId: string,
    request: JobRequest<Progress, Result>,
  ): { readonly job: Job<Progress, Result>; readonly isNew: false } {
    const job = this.#jobs.find(({ id }) => id === jobId);
    if (job?.isOf(request) !== true) throw noSuchJob(jobId);
    return { job: job as unknown as Job<Progress, Result>, isNew: false };
  }

  /** Oldest first. */
  list(): readonly JobView[] {
    return this.#jobs.map(({ view }) => view);
  }

  /** False where it has ended. @throws NOT_FOUND */
  cancel(jobId: string): boolean {
    const job = this.#jobs.find(({ id }) => id === jobId);
    if (job === undefined) throw noSuchJob(jobId);
    return job.cancel();
  }

  /** Stops all of it, and waits until it has stopped. */
  async close(): Promise<void> {
    for (const job of this.#jobs) job.cancel();
    await Promise.all(this.#jobs.map(({ ended }) => ended));
    this.#jobs = [];
  }

  #forgetOld(): void {
    const ended = this.#jobs.filter(({ isRunning }) => !isRunning);
    const old = new Set(ended.slice(0, Math.max(0, ended.length - JOBS_ENDED_KEPT_MAX)));
    this.#jobs = this.#jobs.filter((job) => !old.has(job));
  }

  #tell(isAtOnce: boolean): void {
    const now = performance.now();
    if (!isAtOnce && now - this.#toldAt < JOBS_TOLD_INTERVAL_MS) return;
    this.#toldAt = now;
    this.changes.notify();
  }
}

function noSuchJob(jobId: string): QuantumLockError {
  return new QuantumLockError('NOT_FOUND', `there is no such job, or it ended a while ago: ${jobId.slice(0, 64)}`);
}
