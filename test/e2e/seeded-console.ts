import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright';

import { checkoutRoot } from '../../build/checkout.mjs';
import type { Status } from '../../src/api/chain/node.ts';
import { LocalConsole } from '../../src/node/doors/local-console.ts';
import { serveContract, type ServedContract } from '../../src/node/doors/serve-contract.ts';
import { TERMINAL } from '../../src/node/host/procedures.ts';
import type { KeyInfo } from '../../src/node/keys/key-store.ts';
import { answerInstead, type Answers } from '../sandbox/answers.ts';
import { Elsewhere } from '../sandbox/elsewhere.ts';
import { copyMachine, importKey, removeKey, restoreKeys, seedMachine, type Machine } from '../sandbox/seed.ts';
import type { Operation } from '../sandbox/environments.ts';
import { sampled } from '../crash/seeded-random.ts';
import { launchChromium } from './chromium.ts';

/** The page of a real console, in this process, on a seeded chain: tests share it, and each has a browser profile of its own. */

/** Far more than anything here takes; a wait that reaches it has failed. */
const TIMEOUT_MS = 60_000;

/** The page as it is shipped, which the suite's set-up has built. */
const PAGE_DIRECTORY = join(checkoutRoot, 'dist', 'renderer');

/** Each theme at each width, in pixels: all of them in a soak, one by the seed otherwise. */
export function sampledLooks(
  widths: readonly number[],
  what: string,
): readonly (readonly [theme: 'light' | 'dark', width: number])[] {
  const looks = (['light', 'dark'] as const).flatMap((theme) => widths.map((width) => [theme, width] as const));
  return sampled(looks, 1, what);
}

export interface Bench {
  readonly browser: Browser;
  /** A machine of its own, with the seeded chain. */
  readonly machine: () => Machine;
  /** One on which there is no chain yet. */
  readonly emptyMachine: () => Machine;
  readonly close: () => Promise<void>;
}

/** Starts a browser and seeds a chain, once a suite. `more`: what is on the chain besides its environments. */
export async function openBench(more: Iterable<readonly Operation[]> = []): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'quantum-lock-seeded-'));
  const [browser, seeded] = await Promise.all([launchChromium(), seedMachine(join(directory, 'seeded'), more)]);
  let copies = 0;
  const machine = (): Machine => copyMachine(seeded, join(directory, `copy-${++copies}`));
  return {
    browser,
    machine,
    emptyMachine: () => {
      const empty = machine();
      rmSync(empty.dataDirectory, { recursive: true });
      mkdirSync(empty.dataDirectory, { mode: 0o700 });
      return empty;
    },
    close: async () => {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface LookOptions {
  readonly address?: string;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  /** Where the page is first; a link that signs it in where it is left out. */
  readonly link?: string;
  /** Comes before the page is loaded. */
  readonly beforeLoad?: (context: BrowserContext) => Promise<void>;
}

/** A page that is signed in. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Another place of the same page: a document is not loaded for it. */
  readonly goTo: (address: string) => Promise<void>;
  /** The browser is expected to complain about this: everything else that it reports fails the test on closing. */
  readonly expectComplaints: (pattern: RegExp) => void;
  readonly close: () => Promise<void>;
}

export class SeededConsole {
  readonly machine: Machine;
  readonly #bench: Bench;
  #local: LocalConsole;
  #contract: ServedContract;
  #takeBack: (() => void) | null = null;

  private constructor(bench: Bench, machine: Machine, local: LocalConsole) {
    this.#bench = bench;
    this.machine = machine;
    this.#local = local;
    this.#contract = serveContract(local.host);
  }

  static async start(bench: Bench, machine: Machine = bench.machine()): Promise<SeededConsole> {
    return new SeededConsole(bench, machine, await openLocal(machine));
  }

  get local(): LocalConsole {
    return this.#local;
  }

  get host(): LocalConsole['host'] {
    return this.#local.host;
  }

  /** The whole contract, as a command of this machine has it. */
  get client(): ReturnType<ServedContract['client']> {
    return this.#contract.client(TERMINAL);
  }

  /** What others do on the chain, who sign on machines of their own. */
  get elsewhere(): Elsewhere {
    return new Elsewhere(this.host.node);
  }

  status(): Promise<Status> {
    return this.client.chain.status();
  }

  /** See {@link answerInstead}; until the test ends. */
  answer(answers: Answers): void {
    this.#takeBack?.();
    this.#takeBack = answerInstead(this.host.node, answers);
  }

  /** As it was found: nothing is replaced, Operations 1 acts, nothing is unlocked, no proposal is open, and the chain is not frozen. */
  async settle(): Promise<void> {
    this.#takeBack?.();
    this.#takeBack = null;
    await restoreKeys(this.machine.dataDirectory);
    await this.client.operator.lockSession();
    await this.client.operator.selectIdentity({ key_id: await this.keyId('Operations 1') });
    await this.elsewhere.settle();
  }

  /** A key of a person comes to this machine. */
  importKey(name: string): Promise<KeyInfo> {
    return importKey(this.machine.dataDirectory, name);
  }

  /** It is put back by {@link settle}. */
  async removeKey(name: string): Promise<void> {
    await removeKey(this.machine.dataDirectory, name);
  }

  async keyId(name: string): Promise<string> {
    return (await this.host.keyring.find(name)).key_id;
  }

  /** A page of a browser profile of its own. */
  async open({ address = '', width = 1280, theme = 'light', link, beforeLoad }: LookOptions = {}): Promise<OpenPage> {
    const context = await this.#bench.browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(TIMEOUT_MS);
    await beforeLoad?.(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    const expected: RegExp[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const goTo = async (to: string): Promise<void> => {
      await page.evaluate((hash) => (globalThis.location.hash = hash), to);
    };
    await page.goto(link ?? this.link());
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (address !== '') await goTo(address);
    return {
      page,
      context,
      goTo,
      expectComplaints: (pattern) => expected.push(pattern),
      close: async () => {
        await context.close();
        const unexpected = complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
        if (unexpected.length > 0) throw new Error(`the browser complained: ${unexpected.join('; ')}`);
      },
    };
  }

  /** Signs one browser in, once. */
  link(): string {
    const link = this.host.options.surface.makeLink();
    if (link === null) throw new Error('no page is served');
    return link.url;
  }

  get signingCode(): string {
    return this.#local.signingCode;
  }

  async close(): Promise<void> {
    await this.#local.close();
  }
}

async function openLocal({ dataDirectory, home }: Machine): Promise<LocalConsole> {
  const log: string[] = [];
  const local = await LocalConsole.open({
    dataDirectory,
    pageDirectory: PAGE_DIRECTORY,
    version: '0.1.0',
    port: 0,
    passphrase: null,
    folders: [home],
    now: Date.now,
    log: (line) => log.push(line),
  });
  // What a person is asked for first is a state to be tested; anything else is a fault.
  const { problem } = local.host;
  if (problem === null || problem.code === 'PASSPHRASE_REQUIRED') return local;
  await local.close();
  throw new Error(`${problem.message}: ${log.join('; ')}`);
}
