import type { ORPCErrorJSON } from '@orpc/client';
import type { Transferable } from 'node:worker_threads';

/**
 * Calls between this process's threads. Errors cross as values; buffers named in a `Transfer` move instead of being copied; an
 * AbortSignal among the arguments is one at the other end too. What answers with an async iterable is a stream: each item is asked
 * for, so that none waits.
 */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

export class Transfer {
  readonly value: unknown;
  readonly list: readonly Transferable[];

  constructor(value: unknown, list: readonly Transferable[]) {
    this.value = value;
    this.list = list;
  }
}

/** What a MessagePort, a Worker and a thread's parentPort have in common. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

export interface Call {
  readonly call: number;
  readonly method: string;
  readonly args: readonly unknown[];
  /** The place of the arguments that has the AbortSignal. */
  readonly signalAt: number | null;
}

/** `next`: the next item of a call that is a stream. `cancel`: its answer, or the rest of it, is not wanted any more. */
export type Request = Call | { readonly next: number } | { readonly cancel: number };

export type Response =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly stream: true }
  | { readonly reply: number; readonly error: ORPCErrorJSON<string, unknown> }
  | { readonly reply: number; readonly bug: string };

/** An event that nobody answers. */
export interface Notice {
  readonly event: string;
  readonly data: unknown;
}
