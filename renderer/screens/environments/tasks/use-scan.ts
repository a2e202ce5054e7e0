import { useCallback, useEffect, useRef, useState } from 'react';

import type { Scan, ScanEvent } from '../../../../src/api/operator/directories.ts';
import type { Client } from '../../../bridge/client.ts';
import { describeProblem, type Problem } from '../../../bridge/problem.ts';
import { useServices } from '../../../services.ts';

export type ScanProgress = Extract<ScanEvent, { type: 'progress' }>;

export type ScanState =
  | { readonly at: 'idle' }
  | { readonly at: 'scanning'; readonly progress: ScanProgress | null }
  | { readonly at: 'done'; readonly scan: Scan }
  | { readonly at: 'failed'; readonly problem: Problem };

type ScanInput = Parameters<Client['operator']['scanDirectory']>[0];

/**
 * Hashes a directory, with progress; it can be stopped, and continues when the page leaves. A form has one scan at a
 * time.
 */
export function useScan(): {
  readonly state: ScanState;
  readonly start: (input: ScanInput) => void;
  readonly stop: () => void;
} {
  const { client } = useServices();
  const [state, setState] = useState<ScanState>({ at: 'idle' });
  const running = useRef<Following | null>(null);
  const end = useCallback(() => {
    const { current } = running;
    running.current = null;
    current?.controller.abort();
    if (current?.jobId !== undefined) client.operator.cancelJob({ job_id: current.jobId }).catch(() => undefined);
  }, [client]);
  const stop = useCallback(() => {
    end();
    setState({ at: 'idle' });
  }, [end]);
  const start = useCallback(
    (input: ScanInput) => {
      end();
      const mine: Following = { controller: new AbortController() };
      running.current = mine;
      setState({ at: 'scanning', progress: null });
      void follow(client, input, mine, setState);
    },
    [client, end],
  );
  useEffect(() => () => running.current?.controller.abort(), []);
  return { state, start, stop };
}

interface Following {
  readonly controller: AbortController;
  /** Which job of the host it is, once that is known and until it has ended. */
  jobId?: string | undefined;
}

async function follow(
  client: Client,
  input: ScanInput,
  following: Following,
  show: (state: ScanState) => void,
): Promise<void> {
  const { signal } = following.controller;
  try {
    for await (const event of await client.operator.scanDirectory(input, { signal })) {
      if (signal.aborted) return;
      if (event.type === 'job') following.jobId = event.job_id;
      else show(event.type === 'done' ? { at: 'done', scan: event.scan } : { at: 'scanning', progress: event });
    }
  } catch (error) {
    if (!signal.aborted) show({ at: 'failed', problem: describeProblem(error) });
  } finally {
    following.jobId = undefined;
  }
}
