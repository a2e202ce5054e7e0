import { randomInt } from 'node:crypto';
import { join } from 'node:path';

import { wordlist } from '@scure/bip39/wordlists/english.js';

import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { withoutByteOrderMark } from '../../base/strict-json.ts';
import { PASSPHRASE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { readInputText } from '../read-input-file.ts';
import { readKeyFile, writeKeyFile } from './key-files.ts';

/** Where a passphrase came from; a command says so where it matters. */
type PassphraseSource =
  | { readonly source: 'file'; readonly path: string }
  | { readonly source: 'environment' }
  | { readonly source: 'prompt' }
  /** In the data directory, next to the keys: they are only as safe as that file. */
  | { readonly source: 'generated_file'; readonly path: string };

export type Passphrase = PassphraseSource & { readonly passphrase: string };

export const PASSPHRASE_VARIABLE = 'QUANTUM_LOCK_PASSPHRASE';

/** A terminal that keys are read from one by one. */
interface PromptInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  off(event: 'data', listener: (data: Buffer | string) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  resume(): unknown;
  unref?(): unknown;
  pause(): unknown;
}

export interface PassphraseOptions {
  /** Null where no passphrase can be next to the keys: an exported key has its own. */
  readonly dataDir: string | null;
  /** --passphrase-file */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: PromptInput;
  /** stderr, so that stdout stays one document. */
  readonly output: { write(text: string): unknown };
  /** `new`: for a key file that is about to be made, so a prompt asks twice. */
  readonly purpose: 'open' | 'new';
  /** Only `dm blockchain init` may leave a passphrase on the disk. */
  readonly mayGenerate?: boolean;
  /**
   * Where it is given, the terminal shows nothing that is typed until it is released: a person who is not sure that the
   * passphrase was taken types it again.
   */
  readonly hold?: (release: () => void) => void;
}

/**
 * The passphrase of the encrypted key file: the named file, the environment, the file that init made, the terminal; and
 * for init where there is none of these, a generated one.
 * @throws PASSPHRASE_REQUIRED, CANCELLED, INPUT_INVALID
 */
export async function findPassphrase(options: PassphraseOptions): Promise<Passphrase> {
  if (options.file !== undefined) {
    return { source: 'file', path: options.file, passphrase: readNamedFile(options.file) };
  }
  const variable = options.environment[PASSPHRASE_VARIABLE];
  if (variable !== undefined && variable !== '') return { source: 'environment', passphrase: variable };
  const { dataDir } = options;
  const generated = dataDir === null ? null : readGeneratedPassphrase(dataDir);
  if (dataDir !== null && generated !== null)
    return { source: 'generated_file', path: generatedPassphrasePath(dataDir), passphrase: generated };
  if (options.input.isTTY === true && options.input.setRawMode !== undefined) {
    return { source: 'prompt', passphrase: await promptPassphrase(options) };
  }
  if (options.mayGenerate === true && dataDir !== null) {
    return {
      source: 'generated_file',
      path: generatedPassphrasePath(dataDir),
      passphrase: writeGeneratedPassphrase(dataDir),
    };
  }
  throw new QuantumLockError(
    'PASSPHRASE_REQUIRED',
    'the keys are encrypted, and there is no terminal to ask for the passphrase',
  );
}

export function generatedPassphrasePath(dataDir: string): string {
  return join(dataDir, 'keys', 'passphrase');
}

/** The passphrase that init left on the disk, or null. @throws PASSPHRASE_REQUIRED, INPUT_INVALID where it is damaged */
export function readGeneratedPassphrase(dataDir: string): string | null {
  const path = generatedPassphrasePath(dataDir);
  const bytes = readKeyFile(path);
  return bytes === null ? null : firstLine(withoutByteOrderMark(decodeLine(bytes, path)), path);
}

/** Makes a passphrase and leaves it next to the keys, which are then only as safe as that file. */
export function writeGeneratedPassphrase(dataDir: string): string {
  const passphrase = generatePassphrase();
  writeKeyFile(generatedPassphrasePath(dataDir), `${passphrase}\n`);
  return passphrase;
}

/** Twelve words, 132 bits. */
function generatePassphrase(): string {
  return Array.from({ length: 12 }, () => wordlist[randomInt(wordlist.length)]).join('-');
}

/** The first line of a file, or of a pipe, which can be read only once. */
function readNamedFile(path: string): string {
  let text: string;
  try {
    text = readInputText(path, PASSPHRASE_SIZE_BYTES_MAX * 2);
  } catch (error) {
    if (!(error instanceof QuantumLockError)) throw error;
    if (error.code === 'LIMIT_EXCEEDED')
      throw new QuantumLockError('INPUT_INVALID', `${path} is too long for a passphrase file`, { cause: error });
    throw new QuantumLockError(
      error.message.includes('not text') ? 'INPUT_INVALID' : 'PASSPHRASE_REQUIRED',
      `no passphrase: ${error.message}`,
      { cause: error },
    );
  }
  return firstLine(text, path);
}

function firstLine(text: string, path: string): string {
  const line = text.split('\n')[0]?.replace(/\r$/, '') ?? '';
  if (line === '') throw new QuantumLockError('PASSPHRASE_REQUIRED', `the first line of ${path} is empty`);
  return line;
}

function decodeLine(bytes: Uint8Array, path: string): string {
  if (bytes.length > PASSPHRASE_SIZE_BYTES_MAX * 2) {
    throw new QuantumLockError('INPUT_INVALID', `${path} is too long for a passphrase file`);
  }
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', `${path} is not text in UTF-8`, { cause });
  }
}

async function promptPassphrase({ input, output, purpose, hold }: PassphraseOptions): Promise<string> {
  const terminal = new HiddenTerminal(input, output);
  try {
    return await askForPassphrase(terminal, purpose);
  } finally {
    if (hold === undefined) terminal.release();
    else hold(terminal.keepHidden());
  }
}

async function askForPassphrase(terminal: HiddenTerminal, purpose: PassphraseOptions['purpose']): Promise<string> {
  const first = await terminal.readLine(purpose === 'new' ? 'New passphrase for the keys: ' : 'Passphrase: ');
  if (first === '') throw new QuantumLockError('PASSPHRASE_REQUIRED', 'no passphrase was typed');
  if (purpose === 'open') return first;
  const second = await terminal.readLine('The same again: ');
  if (first === second) return first;
  throw new QuantumLockError('INPUT_INVALID', 'the two passphrases differ', { advice: 'Type the same twice.' });
}

const ENTER = new Set(['\r', '\n']);
const INTERRUPT_KEY = '\u0003';
const INTERRUPT = new Set([INTERRUPT_KEY, '\u0004']);
const BACKSPACE = new Set(['\u007f', '\b']);
const CLEAR_LINE = '\u0015';

/** Lines from the terminal, shown nowhere. */
class HiddenTerminal {
  readonly #input: PromptInput;
  readonly #output: PassphraseOptions['output'];
  readonly #decoder = new TextDecoder();
  /** Typed ahead of the next question. */
  #pending: string[] = [];

  /** From here on what is typed is not shown. */
  constructor(input: PromptInput, output: PassphraseOptions['output']) {
    this.#input = input;
    this.#output = output;
    this.#input.setRawMode?.(true);
  }

  /** Shows again what is typed. */
  release(): void {
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }

  /** Swallows what is typed until it is released; the keys that interrupt still do. */
  keepHidden(): () => void {
    const onData = (data: Buffer | string): void => {
      if (!this.#textOf(data).includes(INTERRUPT_KEY)) return;
      release();
      process.kill(process.pid, 'SIGINT');
    };
    const release = (): void => {
      this.#input.off('data', onData);
      this.release();
    };
    this.#input.on('data', onData);
    this.#input.resume();
    this.#input.unref?.();
    return release;
  }

  /** @throws CANCELLED */
  readLine(question: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let line: string[] = [];
      const finish = (end: () => void): void => {
        this.#input.off('data', onData);
        this.#input.off('end', onEnd);
        this.#input.pause();
        this.#output.write('\n');
        end();
      };
      const cancel = (): void => reject(new QuantumLockError('CANCELLED', 'no passphrase was given'));
      const onEnd = (): void => finish(cancel);
      const onData = (data: Buffer | string): void => {
        this.#pending.push(...Array.from(this.#textOf(data)));
        for (let key = this.#pending.shift(); key !== undefined; key = this.#pending.shift()) {
          if (ENTER.has(key)) return finish(() => resolve(line.join('')));
          if (INTERRUPT.has(key)) return finish(cancel);
          if (BACKSPACE.has(key)) line.pop();
          else if (key === CLEAR_LINE) line = [];
          else line.push(key);
        }
      };
      this.#output.write(question);
      this.#input.on('data', onData);
      this.#input.on('end', onEnd);
      this.#input.resume();
      onData('');
    });
  }

  /** What a terminal gives may end within a character. */
  #textOf(data: Buffer | string): string {
    return typeof data === 'string' ? data : this.#decoder.decode(data, { stream: true });
  }
}
