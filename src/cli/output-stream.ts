import { systemCodeOf } from '../base/errors.ts';

/** What a stream of the process is to those who write to it. */
export interface WritableText {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

type Underlying = Pick<NodeJS.WriteStream, 'on'> & {
  write(text: string, done: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
};

/**
 * stdout or stderr. What is read from it never decides what a command does: a reader that went away (EPIPE) is not a
 * failure; where the output cannot be stored, that is reported at the end.
 */
export class OutputStream implements WritableText {
  readonly #stream: Underlying;
  #failure: Error | null = null;
  readonly #lost: string[] = [];

  constructor(stream: Underlying) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
    });
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  write(text: string): void {
    this.#stream.write(text, (error) => {
      if (error === undefined || error === null) return;
      this.#failure ??= error;
      this.#lost.push(text);
    });
  }

  /** Once all that was written has left: what kept it from being stored, and what was lost; null where it arrived or nobody reads. */
  async ended(): Promise<{ readonly cause: Error; readonly lost: readonly string[] } | null> {
    await new Promise<void>((resolve) => void this.#stream.write('', () => resolve()));
    const cause = this.#failure;
    if (cause === null || systemCodeOf(cause) === 'EPIPE') return null;
    return { cause, lost: this.#lost };
  }
}
