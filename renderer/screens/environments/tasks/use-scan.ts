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

/** Hashes a directory, with progress; it can be stopped, and stops when the page leaves. */
export function useScan(): {
  readonly state: ScanState;
  readonly start: (input: ScanInput) => void;
  readonly stop: () => void;
} {
  const { client } = useServices();
  const [state, setState] = useState<ScanState>({ at: 'idle' });
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState({ at: 'idle' });
  }, []);
  const start = useCallback(
    (input: ScanInput) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ at: 'scanning', progress: null });
      void scan(client, input, controller.signal, setState);
    },
    [client],
  );
  useEffect(() => () => running.current?.abort(), []);
  return { state, start, stop };
}

async function scan(
  client: Client,
  input: ScanInput,
  signal: AbortSignal,
  show: (state: ScanState) => void,
): Promise<void> {
  try {
    for await (const event of await client.operator.scanDirectory(input, { signal })) {
      if (signal.aborted) return;
      show(event.type === 'done' ? { at: 'done', scan: event.scan } : { at: 'scanning', progress: event });
    }
  } catch (error) {
    if (!signal.aborted) show({ at: 'failed', problem: describeProblem(error) });
  }
}
