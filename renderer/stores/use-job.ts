import { useEffect, useEffectEvent, useRef, useState } from 'react';

import type { JobView } from '../../src/api/operator/jobs.ts';
import type { Client } from '../bridge/client.ts';
import { describeProblem, type Problem } from '../bridge/problem.ts';
import { useServices } from '../services.ts';
import { useNode } from './use-stores.ts';

interface JobEvent {
  readonly type: string;
}

/** How a kind of long work is started with an input, or followed by the id of its job alone; null where that cannot be asked. */
export type StartJob<Event extends JobEvent, Input> = (
  client: Client,
  job: { readonly job_id?: string },
  input: Input | undefined,
) => Promise<AsyncIterable<Event>> | null;

export interface FollowedJob<Done, Input> {
  /** The newest of its kind that runs on this machine, whether or not it was started here. */
  readonly running: JobView | null;
  /** What the newest one that this page followed to its end came to. */
  readonly done: Done | null;
  readonly problem: Problem | undefined;
  readonly start: (input?: Input) => void;
}

/**
 * Long work that is started here, and found again when the page was left or loaded again: it belongs to the machine, not to the page.
 * `onEnd` is called when it has ended, however it did.
 */
export function useJob<Event extends JobEvent, Input = never>(
  kind: JobView['kind'],
  startJob: StartJob<Event, Input>,
  onEnd: () => void,
): FollowedJob<Extract<Event, { readonly type: 'done' }>, Input> {
  type Done = Extract<Event, { readonly type: 'done' }>;
  const { client } = useServices();
  const running = useNode(
    (state) => state.jobs.findLast((job) => job.kind === kind && job.state === 'running') ?? null,
  );
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<Problem>();
  /** The job that is followed; `''` before its id is known. */
  const followed = useRef<string | null>(null);

  const follow = async (jobId: string | undefined, input?: Input): Promise<void> => {
    if (followed.current !== null) return;
    const started = startJob(client, jobId === undefined ? {} : { job_id: jobId }, input);
    if (started === null) return;
    followed.current = jobId ?? '';
    setProblem(undefined);
    try {
      for await (const event of await started) {
        if (event.type === 'done') setDone(event as Done);
      }
    } catch (error) {
      const found = describeProblem(error);
      // The person who stopped it knows; a lost connection is said by the shell.
      if (found.code !== 'CANCELLED' && found.code !== 'CONNECTION_LOST') setProblem(found);
    } finally {
      followed.current = null;
      onEnd();
    }
  };
  const followFound = useEffectEvent((jobId: string) => void follow(jobId));
  const runningId = running?.job_id;
  const ended = useEffectEvent(onEnd);
  useEffect(() => {
    if (runningId === undefined) return undefined;
    followFound(runningId);
    return () => ended();
  }, [runningId]);
  return {
    running,
    done,
    problem,
    start: (input) => {
      setDone(null);
      void follow(undefined, input);
    },
  };
}
