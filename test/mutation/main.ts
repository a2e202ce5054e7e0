import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
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

import { checkoutRoot, packageCommand } from '../../build/checkout.mjs';
import { SeededRandom } from '../crash/seeded-random.ts';
import { findMutants, type Mutant } from './find-mutants.ts';
import { instrument } from './instrument.ts';
import { TARGETS, type Target } from './targets.ts';
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

/** A run that takes so much longer than without a mutant hangs, which a test runner would have noticed. */
const SLOWER_MAX = 10;
const RUN_MS_LEAST = 20_000;

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

/**
 * Has the copy sign and verify with libsecp256k1, which gives the same answers as the reference in a thirtieth of the time
 * (test/property/signature.test.ts): the mutants are elsewhere.
 */
function signNatively(): void {
  const path = join(copy, 'src', 'ledger', 'signature.ts');
  let source = readFileSync(path, 'utf8');
  for (const [reference, native] of [
    [
      "import * as secp from '@noble/secp256k1';",
      "import * as secp from '@noble/secp256k1';\nimport bindings from 'secp256k1/bindings.js';",
    ],
    ['secp.verify(signature, digest, publicKey, OPTIONS)', 'bindings.ecdsaVerify(signature, digest, publicKey)'],
    ['secp.sign(digest, secret, OPTIONS)', 'bindings.ecdsaSign(digest, secret).signature'],
    ['secp.getPublicKey(secret, true)', 'bindings.publicKeyCreate(secret, true)'],
  ] as const) {
    if (!source.includes(reference)) throw new Error(`${path} does not call ${reference}`);
    source = source.replace(reference, native);
  }
  writeFileSync(path, source);
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

/** Which mutants each test file reaches, all of them off; and how long it takes. */
function measureReach(tests: readonly string[]): readonly { file: string; reached: ReadonlySet<number>; ms: number }[] {
  return tests.map((file) => {
    const hits = join(copy, 'hits');
    writeFileSync(hits, '');
    const startedAt = performance.now();
    const { status, stdout } = spawnSync(process.execPath, [packageCommand('vitest'), 'run', '--reporter=dot', file], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, QL_MUTANT_HITS: hits },
    });
    if (status !== 0) throw new Error(`${file} fails with no mutant on:\n${stdout}`);
    const reached = new Set(readFileSync(hits, 'utf8').trim().split('\n').map(Number));
    return { file, reached, ms: performance.now() - startedAt };
  });
}

/** A process that tries one mutant after another, and is replaced where one hangs or ends it. */
class Attempts {
  #child: ChildProcess | undefined;
  #ended: Promise<'ended'> | undefined;

  /** Whether a test notices: a run that fails, hangs or ends the process does. */
  async killed(order: Order, usualMs: number): Promise<boolean> {
    const child = this.#child ?? (await this.#start());
    child.send(order);
    const limit = new AbortController();
    const outcome = await Promise.race([
      this.#next(child),
      setTimeout(RUN_MS_LEAST + SLOWER_MAX * usualMs, 'hangs' as const, { signal: limit.signal }),
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

copyCheckout();
signNatively();
const random = SeededRandom.announced('mutants');
// Random tests draw the same for every mutant, so that one is noticed for what it does and not by chance.
process.env['QL_SEED'] = String(random.seed);
let nextId = 1;
const survivors: string[] = [];
for (const target of TARGETS) {
  const all = mutantsOf(target, nextId);
  nextId += all.length;
  if (all.length === 0) continue;
  const reach = measureReach(globSync([...target.tests], { cwd: copy }).toSorted());
  const count = Math.min(all.length, Number(values.sample ?? all.length));
  const left = [...all];
  const drawn = Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]).filter(
    (one) => one !== undefined,
  );
  const queue = [...drawn];
  const surviving: NumberedMutant[] = [];
  let unreached = 0;
  let tried = 0;
  const work = async (): Promise<void> => {
    const attempts = new Attempts();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { id } = next;
      const files = reach.filter(({ reached }) => reached.has(id)).toSorted((one, other) => one.ms - other.ms);
      if (files.length === 0) unreached += 1;
      const usualMs = files.reduce((sum, { ms }) => sum + ms, 0);
      const order = { id, files: files.map(({ file }) => file) };
      const killed = files.length > 0 && (await attempts.killed(order, usualMs));
      if (!killed) surviving.push(next);
      tried += 1;
      if (tried % 50 === 0)
        process.stderr.write(`${target.name}: ${tried} of ${drawn.length}, ${surviving.length} survive\n`);
    }
    attempts.close();
  };
  await Promise.all(Array.from({ length: Number(values.processes) }, work));
  const killed = drawn.length - surviving.length;
  console.log(
    `${target.name}: ${killed} of ${drawn.length} killed (${((100 * killed) / drawn.length).toFixed(1)} %), ${unreached} not reached by these tests`,
  );
  for (const { path, mutant, source } of surviving.toSorted((one, other) => one.id - other.id)) {
    const before = source.slice(mutant.start, mutant.end).replaceAll(/\s+/g, ' ');
    survivors.push(
      `${path}:${mutant.line}  ${before.slice(0, 90)}  →  ${mutant.replacement.slice(0, 90) || 'left out'}`,
    );
  }
}
console.log(survivors.length === 0 ? 'no survivors' : `survivors:\n${survivors.join('\n')}`);
