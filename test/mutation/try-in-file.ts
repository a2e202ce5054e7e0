import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { packageCommand } from '../../build/checkout.mjs';
import { appendEvent, readEvents } from './mutation-log.ts';

/** So long without a word, a mutant hangs, which a test runner would have noticed. */
const SILENCE_MS_MAX = 90_000;
const WATCH_MS = 2_000;

export interface FileRun {
  readonly copy: string;
  readonly file: string;
  /** Of this file's events. */
  readonly log: string;
  /** Files of numbers, one a line: of the mutants to try, and of those that were killed. */
  readonly asked: string;
  readonly killed: string;
}

/**
 * Runs one test file with every mutant that it reaches, started again after each that ends it or hangs. Returns the mutants that
 * only a run of their own can tell about. A test that fails with no mutant on tells nothing: it is named, and left out.
 */
export async function tryInFile({ copy, file, log, asked, killed }: FileRun): Promise<readonly number[]> {
  for (;;) {
    const output = openSync(`${log}.output`, 'w');
    const child = spawn(
      process.execPath,
      [packageCommand('vitest'), 'run', '--config', join('test', 'mutation', 'vitest.config.ts'), '--root', '.', file],
      {
        cwd: copy,
        detached: true,
        stdio: ['ignore', output, output],
        env: { ...process.env, QL_MUTATION_LOG: log, QL_MUTATION_ASKED: asked, QL_MUTATION_KILLED: killed },
      },
    );
    let changedAt = Date.now();
    let size = -1;
    const watch = setInterval(() => {
      const now = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
      if (now !== size) [size, changedAt] = [now, Date.now()];
      else if (Date.now() - changedAt > SILENCE_MS_MAX && 'trying' in (readEvents(log).at(-1) ?? {}))
        process.kill(-(child.pid ?? 0), 'SIGKILL');
    }, WATCH_MS);
    await once(child, 'exit');
    clearInterval(watch);
    closeSync(output);
    const events = readEvents(log);
    const last = events.at(-1);
    if (last !== undefined && 'done' in last) {
      for (const event of events)
        if ('broken' in event) process.stderr.write(`left out, because it fails with no mutant on: ${event.broken}\n`);
      return [...new Set(events.flatMap((event) => ('unclear' in event ? event.unclear : [])))];
    }
    if (last === undefined || !('trying' in last))
      throw new Error(`${file} did not run to its end:\n${readFileSync(`${log}.output`, 'utf8')}`);
    appendEvent(log, { killed: last.trying, test: `${last.test} (ended or hung)` });
    appendFileSync(killed, `${last.trying}\n`);
  }
}
