import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { checkoutRoot } from '../../build/checkout.mjs';
import { SeededRandom } from '../crash/seeded-random.ts';
import { findMutants, type Mutant } from './find-mutants.ts';
import { instrument } from './instrument.ts';
import { readNumbers } from './mutation-log.ts';
import { SIGNATURE_FILE, signingNatively } from './native-signature.ts';
import { TARGETS, type Target } from './targets.ts';
import { tryInFile } from './try-in-file.ts';
import type { Answer, Order } from './try-mutants.ts';

/**
 * npm run mutate: changes the product in small ways, one at a time, and counts the changes that no test notices. It works on a copy
 * of the checkout, in which every mutant is there and one is switched on for each run.
 */
const { values } = parseArgs({
  options: {
    /** Only files whose path contains it. */
    only: { type: 'string', default: '' },
    /** So many mutants of each area, drawn with QL_SEED; all of them by default. */
    sample: { type: 'string' },
    processes: { type: 'string', default: '2' },
  },
});

/** A run that takes longer hangs, which a test runner would have noticed. */
const RUN_MS_MAX = 180_000;

interface NumberedMutant {
  readonly id: number;
  readonly path: string;
  readonly mutant: Mutant;
  readonly source: string;
}

const copy = mkdtempSync(join(tmpdir(), 'quantum-lock-mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));

function copyCheckout(): void {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: checkoutRoot,
    encoding: 'utf8',
  });
  for (const file of stdout.trim().split('\n')) {
    if (!existsSync(join(checkoutRoot, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(checkoutRoot, file), join(copy, file));
  }
  symlinkSync(join(checkoutRoot, 'node_modules'), join(copy, 'node_modules'));
  if (existsSync(join(checkoutRoot, 'dist')))
    cpSync(join(checkoutRoot, 'dist'), join(copy, 'dist'), { recursive: true });
}

/** The mutants are elsewhere. */
function signNatively(): void {
  const path = join(copy, SIGNATURE_FILE);
  writeFileSync(path, signingNatively(readFileSync(path, 'utf8')));
}

function mutantsOf({ source: pattern }: Target, firstId: number): readonly NumberedMutant[] {
  const numbered: NumberedMutant[] = [];
  for (const path of globSync(pattern, { cwd: checkoutRoot }).toSorted()) {
    if (!path.includes(values.only)) continue;
    const source = readFileSync(join(checkoutRoot, path), 'utf8');
    const mutants = findMutants(path, source);
    const first = firstId + numbered.length;
    writeFileSync(join(copy, path), instrument(source, mutants, first));
    for (const [offset, mutant] of mutants.entries()) numbered.push({ id: first + offset, path, mutant, source });
  }
  return numbered;
}

/** A process that tries one mutant after another, and is replaced where one hangs or ends it. */
class Attempts {
  #child: ChildProcess | undefined;
  #ended: Promise<'ended'> | undefined;

  /** Whether a test notices: a run that fails, hangs or ends the process does. */
  async killed(order: Order): Promise<boolean> {
    const child = this.#child ?? (await this.#start());
    child.send(order);
    const limit = new AbortController();
    const outcome = await Promise.race([
      this.#next(child),
      setTimeout(RUN_MS_MAX, 'hangs' as const, { signal: limit.signal }),
    ]);
    limit.abort();
    if (typeof outcome === 'boolean') return outcome;
    this.#child = undefined;
    child.kill('SIGKILL');
    return true;
  }

  async #start(): Promise<ChildProcess> {
    const script = join(copy, 'test', 'mutation', 'try-mutants.ts');
    const child = fork(script, { cwd: copy, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    this.#ended = once(child, 'exit').then(() => 'ended');
    if ((await this.#next(child)) === 'ended') throw new Error(`${script} ended before it was ready`);
    return child;
  }

  async #next(child: ChildProcess): Promise<boolean | 'ended' | undefined> {
    const answered = new AbortController();
    const message = once(child, 'message', { signal: answered.signal }).then(([answer]) => (answer as Answer).killed);
    try {
      return await Promise.race([message, this.#ended]);
    } finally {
      message.catch(() => undefined);
      answered.abort();
    }
  }

  close(): void {
    this.#child?.disconnect();
  }
}

/** Each file with all that it reaches, then each mutant that this left open in runs of its own. */
async function survivorsOf(
  { name, tests }: Target,
  drawn: readonly NumberedMutant[],
): Promise<readonly NumberedMutant[]> {
  const state = mkdtempSync(join(copy, 'mutation-'));
  const [asked, killedFile] = [join(state, 'asked'), join(state, 'killed')];
  writeFileSync(asked, drawn.map(({ id }) => id).join('\n'));
  const files = globSync([...tests], { cwd: copy }).toSorted(
    (one, other) => Number(one.includes('property')) - Number(other.includes('property')),
  );
  const unclear = new Map<number, string[]>();
  await inTurn(files.entries(), async ([place, file]) => {
    for (const id of await tryInFile({ copy, file, log: join(state, `${place}.log`), asked, killed: killedFile }))
      unclear.set(id, [...(unclear.get(id) ?? []), file]);
    const killed = readNumbers(killedFile).size;
    process.stderr.write(`${name}: ${drawn.length - killed} of ${drawn.length} alive after ${file}\n`);
  });
  const open = [...unclear].filter(([id]) => !readNumbers(killedFile).has(id));
  process.stderr.write(`${name}: ${open.length} to be tried in runs of their own\n`);
  const attempts = Array.from({ length: Number(values.processes) }, () => new Attempts());
  await inTurn(open.values(), async ([id, among]) => {
    const attempt = attempts.shift() ?? new Attempts();
    if (await attempt.killed({ id, files: among })) appendFileSync(killedFile, `${id}\n`);
    attempts.push(attempt);
  });
  for (const attempt of attempts) attempt.close();
  const killed = readNumbers(killedFile);
  return drawn.filter(({ id }) => !killed.has(id));
}

/** As many at a time as there are processes. */
async function inTurn<Item>(items: Iterator<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let next = items.next(); next.done !== true; next = items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: Number(values.processes) }, lane));
}

copyCheckout();
signNatively();
const random = SeededRandom.announced('mutants');
// Random tests draw the same for every mutant, so that one is noticed for what it does and not by chance.
process.env['QL_SEED'] = String(random.seed);
let nextId = 1;
for (const target of TARGETS) {
  const all = mutantsOf(target, nextId);
  nextId += all.length;
  if (all.length === 0) continue;
  const count = Math.min(all.length, Number(values.sample ?? all.length));
  const left = [...all];
  const drawn = Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]).filter(
    (one) => one !== undefined,
  );
  const surviving = await survivorsOf(target, drawn);
  const killed = drawn.length - surviving.length;
  console.log(`${target.name}: ${killed} of ${drawn.length} killed (${((100 * killed) / drawn.length).toFixed(1)} %)`);
  for (const { path, mutant, source } of surviving.toSorted((one, other) => one.id - other.id)) {
    const before = source.slice(mutant.start, mutant.end).replaceAll(/\s+/g, ' ');
    console.log(
      `  ${path}:${mutant.line}  ${before.slice(0, 90)}  →  ${mutant.replacement.slice(0, 90) || 'left out'}`,
    );
  }
}
