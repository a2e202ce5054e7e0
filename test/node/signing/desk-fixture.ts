import { hashOf } from '../../crash/test-chain.ts';
import type { ChainIdentity } from '../../../src/ledger/chain-identity.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished, vi } from 'vitest';

import type { SigningReview } from '../../../src/api/operator/signing.ts';
import { encodeHash } from '../../../src/base/bytes.ts';
import type { SubmitResult } from '../../../src/ledger/transactions/receipt.ts';
import type { SimulationResult } from '../../../src/ledger/effects/simulate.ts';
import type { KeyInfo } from '../../../src/node/keys/key-store.ts';
import type { Keychain } from '../../../src/node/keys/keychain.ts';
import type { Keyring } from '../../../src/node/keys/keyring.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';
import type { Asker } from '../../../src/node/signing/asking-limit.ts';
import { SigningDesk, type AskedReview } from '../../../src/node/signing/signing-desk.ts';
import type { SigningDeskOptions } from '../../../src/node/signing/desk-options.ts';
import { exportTo, keyExportSubject } from '../../../src/node/signing/subjects/key-export.ts';
import { keyRemovalSubject, type KeyRemovalOptions } from '../../../src/node/signing/subjects/key-removal.ts';
import { possessionSubject, type PossessionRequest } from '../../../src/node/signing/subjects/possession.ts';
import type { SigningSubject } from '../../../src/node/signing/subjects/subject.ts';
import {
  transactionSubject,
  type SigningChain,
  type TransactionRequest,
} from '../../../src/node/signing/subjects/transaction.ts';

export const PASSPHRASE = 'correct horse battery';
export const CHAIN: ChainIdentity = { chain_id: 'test-chain', genesis: hashOf('the genesis of a desk'), era: 0 };
const HASH = encodeHash(new Uint8Array(32));

class MemoryKeychain implements Keychain {
  readonly #entries = new Map<string, string>();

  async getPassword(_service: string, account: string): Promise<string | null> {
    return this.#entries.get(account) ?? null;
  }

  async setPassword(_service: string, account: string, password: string): Promise<void> {
    this.#entries.set(account, password);
  }

  async deletePassword(_service: string, account: string): Promise<boolean> {
    return this.#entries.delete(account);
  }
}

/** What a host gives its desk and what is asked of it. */
export interface DeskHooks extends Partial<SigningDeskOptions> {
  readonly onProved?: PossessionRequest['onProved'];
  readonly onRemoval?: KeyRemovalOptions['onRemoval'];
}

interface Subjects {
  readonly chain: SigningChain;
  readonly dataDirectory: string;
  readonly removal: KeyRemovalOptions;
  readonly onProved: PossessionRequest['onProved'];
}

/** A desk that is asked by what is wanted, as a host asks it. */
export class AskedDesk extends SigningDesk {
  readonly #subjects: Subjects;

  constructor(options: SigningDeskOptions, subjects: Subjects) {
    super(options);
    this.#subjects = subjects;
  }

  request({ asker, ...request }: TransactionRequest & { readonly asker?: Asker }): Promise<AskedReview> {
    return this.ask(() => transactionSubject(request, this.#subjects.chain), asker);
  }

  requestPossession({
    asker,
    ...request
  }: Pick<PossessionRequest, 'key' | 'subject'> & { readonly asker?: Asker }): Promise<SigningReview> {
    const { chain, onProved } = this.#subjects;
    return this.#review(
      () => possessionSubject({ ...request, chain: chain.identity(), ...(onProved === undefined ? {} : { onProved }) }),
      asker,
    );
  }

  requestExport(key: KeyInfo, asker?: Asker): Promise<SigningReview> {
    return this.#review(() => keyExportSubject(key, exportTo(this.#subjects.dataDirectory, key)), asker);
  }

  requestRemoval(key: KeyInfo, asker?: Asker): Promise<SigningReview> {
    return this.#review(() => keyRemovalSubject(key, this.#subjects.removal), asker);
  }

  async #review(prepare: () => SigningSubject, asker?: Asker): Promise<SigningReview> {
    const asked = await this.ask(prepare, asker);
    if (asked.outcome === 'rejected') throw new Error(asked.rejection.message);
    return asked.review;
  }
}

/** A desk over real keys, and a node that only remembers what it was given. */
export interface DeskBench {
  readonly desk: AskedDesk;
  readonly keyring: Keyring;
  readonly fileKey: KeyInfo;
  readonly keychainKey: KeyInfo;
  readonly dataDirectory: string;
  /** Bytes that were simulated, and that were submitted. */
  readonly simulated: Uint8Array[];
  readonly submitted: Uint8Array[];
  /** What the node answers next. */
  readonly node: {
    simulation: SimulationResult;
    submission: () => Promise<SubmitResult>;
    /** The wall clock, and the one that nobody sets and that stands while the machine sleeps. */
    now: number;
    uptime: number;
    /** Of the next block; the wall clock's where it is null. */
    blockTime: number | null;
  };
  /** The chain that is open, and why a key must stay here. */
  readonly chain: { identity: ChainIdentity };
  readonly needed: { why: string | null };
  /** How often the desk said that something changed. */
  readonly changes: () => number;
  request(key: KeyInfo): Promise<SigningReview>;
}

export async function openDesk({ onProved, onRemoval, ...more }: DeskHooks = {}): Promise<DeskBench> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'quantum-lock-test-'));
  const node: DeskBench['node'] = {
    simulation: {
      outcome: 'applied',
      sentence: 'Archives grid-maze <b>&\u202e.',
      changes: [
        { namespace: 'environments', key: 'grid-maze', path: 'archived_at', before: null, after: 1_700_000_000_000 },
      ],
      warnings: ['The environment was promoted.'],
      proposal: null,
    },
    submission: async () => ({
      outcome: 'committed',
      receipt: { id: HASH, log_index: 4, block_index: 7, block_hash: HASH, block_time: 1 },
    }),
    now: 1_700_000_000_000,
    uptime: 5_000,
    blockTime: null,
  };
  const clock = (): number => node.now;
  const keychain = new MemoryKeychain();
  const keyring = openKeyring(dataDirectory, {
    clock,
    probe: async () => ({ available: true, name: 'memory', keychain }),
    kdf: { n: 2, r: 8, p: 1 },
  });
  onTestFinished(() => {
    keyring.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  await keyring.file.initialise(PASSPHRASE);
  const fileKey = await keyring.create({ name: 'in the file', store: 'file' });
  const keychainKey = await keyring.create({ name: 'in the keychain', store: 'keychain' });
  keyring.file.lock();
  const simulated: Uint8Array[] = [];
  const submitted: Uint8Array[] = [];
  const chain = { identity: CHAIN };
  const needed: DeskBench['needed'] = { why: null };
  let reviewCount = 0;
  let changeCount = 0;
  const desk = new AskedDesk(
    {
      dataDirectory,
      keyring,
      clock,
      monotonic: () => node.uptime,
      randomId: () => `review-${++reviewCount}`,
      chain: () => chain.identity,
      onChange: () => void changeCount++,
      ...more,
    },
    {
      chain: {
        identity: () => chain.identity,
        clock,
        blockTime: async () => node.blockTime ?? node.now,
        simulate: async (unsigned) => {
          simulated.push(unsigned);
          return node.simulation;
        },
        submit: async (bytes) => {
          submitted.push(bytes);
          return node.submission();
        },
      },
      dataDirectory,
      removal: {
        keyring,
        needed: () => (needed.why === null ? null : { why: needed.why }),
        onRemoval: async (key) => {
          if (desk.unlocked?.key_id === key.key_id) desk.lockSession();
          await onRemoval?.(key);
        },
      },
      onProved,
    },
  );
  const request = async (key: KeyInfo): Promise<SigningReview> => {
    const result = await desk.request({ action: 'archive_environment', payload: { env_id: 'grid-maze' }, key });
    if (result.outcome === 'rejected') throw new Error(result.rejection.message);
    return result.review;
  };
  return {
    desk,
    keyring,
    fileKey,
    keychainKey,
    dataDirectory,
    simulated,
    submitted,
    node,
    chain,
    needed,
    request,
    changes: () => changeCount,
  };
}

/** How often the key file is open by then: opened with a passphrase, and not closed. */
export function watchVaults({ file }: Keyring): () => number {
  const open = new Set<object>();
  const { openSession } = file;
  vi.spyOn(file, 'openSession').mockImplementation(async (...given) => {
    const vault = await openSession.apply(file, given);
    open.add(vault);
    return {
      ...vault,
      close: () => {
        open.delete(vault);
        vault.close();
      },
    };
  });
  return () => open.size;
}
