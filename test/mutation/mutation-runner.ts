import { appendFileSync, writeFileSync } from 'node:fs';

import { TestRunner, type RunnerTestCase, type RunnerTestFile, type TestTryOptions } from 'vitest';

import { appendEvent, readEvents, readNumbers } from './mutation-log.ts';

/**
 * Runs each test once with every mutant off, and then again for each mutant that it reached. A mutant is killed where the test
 * fails with it, and passes without it both before and after: so what one leaves behind is never counted against another.
 */
interface Step {
  readonly purpose: 'first' | 'again' | 'mutant' | 'clean';
  /** Number of the mutant that is on; 0 for none. */
  readonly on: number;
}

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const mutants = { on: 0, reached: new Set<number>() };
(globalThis as { __mutants?: typeof mutants }).__mutants = mutants;

// The runner is imported by its path, and its default export taken.
// oxlint-disable-next-line import/no-default-export
export default class MutationRunner extends TestRunner {
  readonly #log = required('QL_MUTATION_LOG');
  readonly #killed = required('QL_MUTATION_KILLED');
  readonly #hits = `${required('QL_MUTATION_LOG')}.hits`;
  readonly #asked = readNumbers(required('QL_MUTATION_ASKED'));
  #step: Step = { purpose: 'first', on: 0 };
  #queue: number[] = [];
  #isClean = true;
  /** Failed right after another one had: killed if the test still passes without it. */
  #doubtful = 0;

  override onCollectStart(file: RunnerTestFile): void {
    mutants.reached.clear();
    super.onCollectStart(file);
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    if (files.every(({ result }) => result?.state !== 'fail')) appendEvent(this.#log, { done: true });
    super.onAfterRunFiles(files);
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    if (mutants.reached.size > 0) this.#leaveUnclear([...mutants.reached]);
    test.repeats = Number.MAX_SAFE_INTEGER;
    this.#step = { purpose: 'first', on: 0 };
    this.#isClean = true;
    this.#doubtful = 0;
    await super.onBeforeRunTask(test);
  }

  override onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): void {
    const { purpose, on } = this.#step;
    if (purpose === 'first') {
      mutants.reached.clear();
      writeFileSync(this.#hits, '');
      process.env['QL_MUTANT_HITS'] = this.#hits;
    } else delete process.env['QL_MUTANT_HITS'];
    if (on !== 0) appendEvent(this.#log, { trying: on, test: nameOf(test) });
    process.env['QL_MUTANT'] = String(on);
    mutants.on = on;
    super.onBeforeTryTask(test, options);
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    const { result } = test;
    if (result === undefined) throw new Error('a test that has run has a result');
    let hasFailed = result.state === 'fail';
    try {
      await super.onAfterRetryTask(test, options);
    } catch {
      hasFailed = true;
    }
    mutants.on = 0;
    process.env['QL_MUTANT'] = '0';
    const next = this.#after(nameOf(test), hasFailed);
    mutants.reached.clear();
    delete result.errors;
    result.state = 'pass';
    result.attempts?.splice(0);
    // What ends the repetitions: the runner takes the test for skipped.
    if (next === null) (result as { pending?: boolean }).pending = true;
    else this.#step = next;
  }

  /** The next repetition; null where the test has nothing more to tell. */
  #after(test: string, hasFailed: boolean): Step | null {
    const { purpose, on } = this.#step;
    switch (purpose) {
      case 'first': {
        if (hasFailed) {
          appendEvent(this.#log, { broken: test });
          return null;
        }
        this.#queue = this.#candidates(test);
        return this.#queue.length === 0 ? null : { purpose: 'again', on: 0 };
      }
      case 'again':
        return hasFailed ? this.#leaveUnclear(this.#queue) : this.#nextMutant();
      case 'mutant':
        if (!hasFailed) {
          appendEvent(this.#log, { survived: on, test });
          this.#isClean = true;
          return this.#nextMutant();
        }
        if (!this.#isClean) {
          this.#doubtful = on;
          return { purpose: 'clean', on: 0 };
        }
        this.#isClean = false;
        this.#kill(on, test);
        return this.#nextMutant();
      case 'clean':
        if (hasFailed) return this.#leaveUnclear([this.#doubtful, ...this.#queue]);
        this.#kill(this.#doubtful, test);
        this.#isClean = true;
        return this.#nextMutant();
    }
  }

  /** Asked for, reached by this test, alive, and not tried with it before the file was started again. */
  #candidates(test: string): number[] {
    const killed = readNumbers(this.#killed);
    const tried = new Set(
      readEvents(this.#log).flatMap((event) => ('survived' in event && event.test === test ? [event.survived] : [])),
    );
    const reached = new Set([...mutants.reached, ...readNumbers(this.#hits)]);
    return [...reached].filter((id) => this.#asked.has(id) && !killed.has(id) && !tried.has(id));
  }

  #nextMutant(): Step | null {
    const on = this.#queue.shift();
    return on === undefined ? null : { purpose: 'mutant', on };
  }

  #kill(id: number, test: string): void {
    appendEvent(this.#log, { killed: id, test });
    appendFileSync(this.#killed, `${id}\n`);
  }

  #leaveUnclear(reached: readonly number[]): null {
    const unclear = reached.filter((id) => this.#asked.has(id));
    if (unclear.length > 0) appendEvent(this.#log, { unclear });
    return null;
  }
}

/** Of this test alone: the cases of one table may share their name. */
function nameOf(test: RunnerTestCase): string {
  return `${test.fullName} (${test.id})`;
}
