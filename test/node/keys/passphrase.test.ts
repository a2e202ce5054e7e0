import { EventEmitter } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import {
  findPassphrase,
  generatedPassphrasePath,
  type Passphrase,
  type PassphraseOptions,
} from '../../../src/node/keys/passphrase.ts';
import { temporaryDirectory } from './keys-fixture.ts';

/** A terminal whose user types `keys` as soon as it is asked. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  readonly rawModes: boolean[] = [];
  readonly #keys: (Buffer | string)[];

  constructor(...keys: readonly (Buffer | string)[]) {
    super();
    this.#keys = [...keys];
  }

  setRawMode(raw: boolean): void {
    this.rawModes.push(raw);
  }

  resume(): void {
    const next = this.#keys.shift();
    queueMicrotask(() => (next === undefined ? this.emit('end') : this.emit('data', next)));
  }

  pause(): void {}
}

class NoTerminal extends EventEmitter {
  resume(): void {}
  pause(): void {}
}

async function find(options: Partial<PassphraseOptions>): Promise<Passphrase & { shown: string }> {
  let shown = '';
  const found = await findPassphrase({
    dataDir: temporaryDirectory(),
    environment: {},
    input: new NoTerminal(),
    output: { write: (text) => (shown += text) },
    purpose: 'open',
    ...options,
  });
  return { ...found, shown };
}

const coded = (code: string): unknown => expect.objectContaining({ code });
const environment = { QUANTUM_LOCK_PASSPHRASE: 'from environment' };

describe('findPassphrase', () => {
  test('takes the named file before all else', async () => {
    const file = join(temporaryDirectory(), 'passphrase');
    writeFileSync(file, 'from file\r\nsecond line');
    expect(await find({ file, environment })).toMatchObject({ source: 'file', passphrase: 'from file' });
  });

  test.each([
    ['is missing', null, 'PASSPHRASE_REQUIRED'],
    ['is empty', '\n', 'PASSPHRASE_REQUIRED'],
    ['is no text', Buffer.of(0xff, 0xfe), 'INPUT_INVALID'],
    ['is far too long', 'x'.repeat(10_000), 'INPUT_INVALID'],
  ])('a named file that %s is refused, whatever else there is', async (_, content, code) => {
    const file = join(temporaryDirectory(), 'passphrase');
    if (content !== null) writeFileSync(file, content);
    await expect(find({ file, environment })).rejects.toThrow(coded(code));
  });

  test('then the environment', async () => {
    expect(await find({ environment, input: new Terminal('typed\r') })).toMatchObject({
      source: 'environment',
      passphrase: 'from environment',
    });
  });

  test('then the terminal, which shows nothing of it', async () => {
    const input = new Terminal(Buffer.from('wrong\u0015pé'), Buffer.from('x\u007fss\r'));
    const typing = find({ input });
    queueMicrotask(() => input.resume());
    const found = await typing;
    expect(found).toMatchObject({ source: 'prompt', passphrase: 'péss', shown: 'Passphrase: \n' });
    expect(input.rawModes).toEqual([true, false]);
  });

  test('a new one is asked twice, typed ahead or not', async () => {
    for (const input of [new Terminal('same\r', 'same\r'), new Terminal('same\rsame\r')]) {
      expect(await find({ input, purpose: 'new' })).toMatchObject({ source: 'prompt', passphrase: 'same' });
    }
    await expect(find({ input: new Terminal('same\r', 'other\r'), purpose: 'new' })).rejects.toThrow(
      coded('INPUT_INVALID'),
    );
  });

  test.each([['\u0003'], ['\u0004']])('Ctrl-C and Ctrl-D cancel', async (key) => {
    const input = new Terminal(`abc${key}`);
    await expect(find({ input })).rejects.toThrow(coded('CANCELLED'));
    expect(input.rawModes.at(-1)).toBe(false);
  });

  test('a terminal that closes cancels, an empty line is no passphrase', async () => {
    await expect(find({ input: new Terminal() })).rejects.toThrow(coded('CANCELLED'));
    await expect(find({ input: new Terminal('\r') })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
  });

  test('with nothing at all it is required', async () => {
    const dataDir = temporaryDirectory();
    await expect(find({ dataDir })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
    expect(existsSync(join(dataDir, 'keys'))).toBe(false);
  });

  test('init may leave one on the disk, for its owner only, and says where; later commands find it', async () => {
    const dataDir = temporaryDirectory();
    const made = await find({ dataDir, mayGenerate: true, purpose: 'new' });
    const path = generatedPassphrasePath(dataDir);
    expect(made).toMatchObject({ source: 'generated_file', path });
    expect(made.passphrase.split('-')).toHaveLength(12);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await find({ dataDir })).toMatchObject({ source: 'generated_file', passphrase: made.passphrase });
    expect((await find({ mayGenerate: true })).passphrase).not.toBe(made.passphrase);
  });
});

describe('the terminal', () => {
  test('hides what is typed before it asks, and until it is released where that is wanted', async () => {
    const input = new Terminal('secret words\r');
    const order: string[] = [];
    input.setRawMode = (raw) => void order.push(raw ? 'hidden' : 'shown');
    let release: () => void = () => undefined;
    const { passphrase } = await findPassphrase({
      dataDir: null,
      environment: {},
      input,
      output: { write: (text) => void order.push(text) },
      purpose: 'open',
      hold: (end) => (release = end),
    });
    expect(passphrase).toBe('secret words');
    expect(order).toEqual(['hidden', 'Passphrase: ', '\n']);
    // Typed again by somebody who is not sure.
    input.emit('data', 'secret words\r');
    expect(order).toHaveLength(3);
    release();
    expect(order.at(-1)).toBe('shown');
    expect(input.listenerCount('data')).toBe(0);
  });

  test('is hidden from before the first question until after the second', async () => {
    const input = new Terminal('new words\r', 'new words\r');
    await find({ input, purpose: 'new' });
    expect(input.rawModes).toEqual([true, false]);
  });
});
