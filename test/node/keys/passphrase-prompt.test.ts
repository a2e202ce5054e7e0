import { once } from 'node:events';

import { describe, expect, test } from 'vitest';

import { findPassphrase } from '../../../src/node/keys/passphrase.ts';
import { coded } from '../../coded.ts';
import { find, Terminal } from './passphrase-fixture.ts';

describe('the terminal', () => {
  test('is asked, shows nothing of what is typed, and shows again what is typed after', async () => {
    const input = new Terminal('secret words\r');
    const found = await find({ input });
    expect(found).toMatchObject({ source: 'prompt', passphrase: 'secret words', shown: 'Passphrase: \n' });
    expect(input.rawModes).toEqual([true, false]);
    expect(input.keepsProcess).toBe(false);
  });

  test.each([
    ['keys one by one', ['a', 'b', 'c', '\r'], 'abc'],
    ['a line that ends as a pipe’s does', ['abc\n'], 'abc'],
    ['a character taken back', ['abx\u007fc\r'], 'abc'],
    ['the same by another key', ['abx\bc\r'], 'abc'],
    ['more taken back than there is', ['x\u007f\u007fabc\r'], 'abc'],
    ['a line begun anew', ['wrong\u0015abc\r'], 'abc'],
    ['spaces, which count', [' a c \r'], ' a c '],
  ])('takes %s', async (_, keys, passphrase) => {
    // Each is typed once the one before was taken.
    const input = new Terminal(keys[0] ?? '');
    const typing = find({ input });
    for (const key of keys.slice(1)) queueMicrotask(() => input.emit('data', key));
    expect(await typing).toMatchObject({ passphrase });
  });

  test('takes bytes, and a character that comes in two parts as one', async () => {
    const [first, second] = [Buffer.of(0x70, 0xc3), Buffer.of(0xa9, 0x0d)];
    const input = new Terminal(first);
    const typing = find({ input });
    queueMicrotask(() => input.emit('data', second));
    expect(await typing).toMatchObject({ passphrase: 'pé' });
  });

  test.each([['\u0003'], ['\u0004']])('is left with Ctrl-C and Ctrl-D', async (key) => {
    const input = new Terminal(`abc${key}`);
    await expect(find({ input })).rejects.toThrow(coded('CANCELLED'));
    expect(input.rawModes.at(-1)).toBe(false);
    expect(input.listenerCount('data')).toBe(0);
  });

  test.each([
    ['cannot hide what is typed', { isTTY: true, setRawMode: undefined }],
    ['is none, though it could', { isTTY: false }],
  ])('that %s is not asked', async (_, wrong) => {
    const input = Object.assign(new Terminal('typed\r'), wrong);
    await expect(find({ input })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
    expect(input.isRead).toBe(false);
  });

  test('that closes gives none, and neither does an empty line', async () => {
    await expect(find({ input: new Terminal() })).rejects.toThrow(coded('CANCELLED'));
    await expect(find({ input: new Terminal('\r') })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
  });
});

describe('a new passphrase', () => {
  test('is asked for twice, typed ahead or not, and hidden throughout', async () => {
    for (const input of [new Terminal('same\r', 'same\r'), new Terminal('same\rsame\r')]) {
      expect(await find({ input, purpose: 'new' })).toMatchObject({
        source: 'prompt',
        passphrase: 'same',
        shown: 'New passphrase for the keys: \nThe same again: \n',
      });
      expect(input.rawModes).toEqual([true, false]);
    }
  });

  test('that is another the second time is not taken', async () => {
    const input = new Terminal('same\r', 'other\r');
    await expect(find({ input, purpose: 'new' })).rejects.toThrow(coded('INPUT_INVALID'));
    expect(input.rawModes).toEqual([true, false]);
  });

  test('that is empty is not asked for again', async () => {
    const input = new Terminal('\r', '\r');
    await expect(find({ input, purpose: 'new' })).rejects.toThrow(coded('PASSPHRASE_REQUIRED'));
  });
});

describe('a terminal that is held', () => {
  /** Held once the passphrase was taken; `order` has what was shown, and when it was hidden. */
  async function held(): Promise<{ input: Terminal; order: readonly string[]; release: () => void }> {
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
    return { input, order, release: () => release() };
  }

  test('is hidden before it asks and until it is released, whatever is typed', async () => {
    const { input, order, release } = await held();
    expect(order).toEqual(['hidden', 'Passphrase: ', '\n']);
    // Typed again by somebody who is not sure.
    input.emit('data', 'secret words\r');
    input.emit('data', Buffer.from('secret words\r'));
    expect(order).toHaveLength(3);
    release();
    expect(order.at(-1)).toBe('shown');
    expect(input.listenerCount('data')).toBe(0);
  });

  test('does not keep the process', async () => {
    const { input, release } = await held();
    expect(input.keepsProcess).toBe(false);
    release();
    expect(input.keepsProcess).toBe(false);
  });

  test('swallows what is typed until it is released, and nothing after that', async () => {
    const { input, release } = await held();
    expect(input.isRead).toBe(true);
    release();
    expect(input.isRead).toBe(false);
  });

  test.each([['\u0003'], [Buffer.of(0x03)]])('still interrupts the process with Ctrl-C', async (key) => {
    const { input, order } = await held();
    const interrupted = once(process, 'SIGINT');
    input.emit('data', key);
    await interrupted;
    expect(order.at(-1)).toBe('shown');
    expect(input.listenerCount('data')).toBe(0);
  });
});
