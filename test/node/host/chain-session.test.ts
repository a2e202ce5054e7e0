import { expect, onTestFinished, test } from 'vitest';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';
import { ChainSession, type ChainSessionOptions } from '../../../src/node/host/chain-session.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';

/** The one that a sandbox chain is founded with. */
const PASSPHRASE = 'a passphrase for tests';

function session(dataDirectory: string, options: Partial<ChainSessionOptions> = {}): ChainSession {
  const keyring = openKeyring(dataDirectory, { clock: Date.now });
  const made = new ChainSession({
    dataDirectory,
    keyring,
    mode: 'full',
    now: Date.now,
    log: () => undefined,
    prepare: async () => undefined,
    repeatedRefusals: () => [],
    onValidators: () => undefined,
    notified: null,
    ...options,
  });
  onTestFinished(async () => {
    await made.close();
    keyring.close();
  });
  return made;
}

async function founded(): Promise<string> {
  const { host, directory } = await sandboxHost();
  await host.close();
  return directory;
}

test('chains of several directories are open at once, and each closes alone', async () => {
  const [one, other] = [session(await founded()), session(await founded())];
  await one.tryOpenIfAny(PASSPHRASE);
  await other.tryOpenIfAny(PASSPHRASE);
  expect([one.state, other.state]).toEqual(['open', 'open']);
  expect(one.node.chain.genesis).not.toBe(other.node.chain.genesis);
  await one.close();
  expect([one.state, other.state]).toEqual(['none', 'open']);
  expect(() => one.node).toThrow(coded('NODE_STOPPED'));
  expect((await other.node.status()).height).toBe(other.node.height);
  await one.tryOpen(PASSPHRASE);
  expect(one.state).toBe('open');
});

test('what keeps a chain from opening is told until it opens, and is not thrown', async () => {
  const opening = session(await founded());
  await opening.tryOpenIfAny(null);
  expect(opening).toMatchObject({ state: 'none', opened: null, problem: { code: 'PASSPHRASE_REQUIRED' } });
  expect(() => opening.node).toThrow(opening.problem?.message);
  await opening.tryOpen(PASSPHRASE);
  expect(opening).toMatchObject({ state: 'open', problem: null });
});

test('what comes before it keeps it from opening, in a directory without a chain too', async () => {
  const empty = session(temporaryDirectory());
  await empty.tryOpenIfAny(null);
  expect(empty).toMatchObject({ state: 'none', problem: null });
  const states: string[] = [];
  const kept: ChainSession = session(await founded(), {
    prepare: async () => {
      states.push(kept.state);
      throw new QuantumLockError('DATA_DIR_LOCKED', 'another process has it');
    },
  });
  await kept.tryOpen(PASSPHRASE);
  expect(states).toEqual(['opening']);
  expect(kept).toMatchObject({ state: 'none', problem: { code: 'DATA_DIR_LOCKED' } });
});

test('one that is read takes no content in', async () => {
  const reading = session(await founded(), { mode: 'read' });
  await reading.tryOpen(null);
  expect(reading.state).toBe('open');
  expect(() => reading.blobs).toThrow(coded('NODE_STOPPED'));
});
