import { createORPCClient, type ClientContext, type ClientLink, type ClientOptions } from '@orpc/client';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { ChannelRefused, type Channel, type OpenChannel, type Refusal } from './channel.ts';
import type { Client } from './client.ts';
import { hasMessagePortHost, openMessagePortChannel } from './message-port-channel.ts';
import { ConnectionLost } from './problem.ts';
import { SessionSecret } from './session-secret.ts';
import { openWebSocketChannel } from './websocket-channel.ts';

export type ConnectionPhase = 'connecting' | 'online' | 'lost' | 'refused';

export interface ConnectionState {
  readonly phase: ConnectionPhase;
  /** Why the host let this page not in; null in any other phase. */
  readonly refusal: Refusal | null;
  /** Counts the channels opened so far: what was read over an earlier one is read again. */
  readonly epoch: number;
  /** When the connection was lost; null while it holds. */
  readonly lostAt: number | null;
  /** When the next attempt is made; null where none is waiting. */
  readonly retryAt: number | null;
}

export interface Connection {
  readonly client: Client;
  readonly state: StoreApi<ConnectionState>;
  readonly retryNow: () => void;
}

const RETRY_DELAY_MS_MIN = 250;
const RETRY_DELAY_MS_MAX = 8_000;

/** Connects to the host that this page was opened in, and stays connected. */
export function connect(): Connection {
  if (hasMessagePortHost()) return connectOver(openMessagePortChannel);
  const secrets = new SessionSecret();
  secrets.takeToken();
  const connection = connectOver(() => openWebSocketChannel(secrets));
  // A link pasted over the address of an open page changes its fragment alone.
  globalThis.addEventListener('hashchange', () => {
    if (secrets.takeToken()) connection.retryNow();
  });
  return connection;
}

function connectOver(open: OpenChannel): Connection {
  const link = new ReconnectingLink(open);
  void link.run();
  return { client: createORPCClient(link), state: link.state, retryNow: () => link.retryNow() };
}

/** Hands each call to the channel that is open now, and opens another when it closes. */
class ReconnectingLink implements ClientLink<ClientContext> {
  readonly state = createStore<ConnectionState>(() => ({
    phase: 'connecting',
    refusal: null,
    epoch: 0,
    lostAt: null,
    retryAt: null,
  }));
  readonly #open: OpenChannel;
  #channel: Channel | null = null;
  #attempt = 0;
  #wake: (() => void) | null = null;
  /** Asked for while an attempt was under way, which may not have had what is there now. */
  #isRetryWanted = false;

  constructor(open: OpenChannel) {
    this.#open = open;
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    if (this.#channel === null && this.state.getState().phase === 'connecting') await this.#firstChannel();
    if (this.#channel === null) throw new ConnectionLost();
    return this.#channel.link.call(path, input, options);
  }

  retryNow(): void {
    this.#isRetryWanted = true;
    this.#wake?.();
  }

  /** Never returns: opens a channel, waits until it closes, waits a little, and again. */
  async run(): Promise<never> {
    for (;;) {
      this.#isRetryWanted = false;
      try {
        this.#channel = await this.#open();
        this.#attempt = 0;
        this.#isRetryWanted = false;
        this.state.setState(({ epoch }) => ({
          phase: 'online',
          refusal: null,
          epoch: epoch + 1,
          lostAt: null,
          retryAt: null,
        }));
        await this.#channel.closed;
        this.#channel = null;
        this.#noteLoss(null);
      } catch (error) {
        this.#noteLoss(error instanceof ChannelRefused ? error.refusal : null);
      }
      await this.#pause();
    }
  }

  #noteLoss(refusal: Refusal | null): void {
    const phase = refusal === null ? 'lost' : 'refused';
    this.state.setState(({ lostAt }) => ({ phase, refusal, lostAt: lostAt ?? Date.now() }));
  }

  async #pause(): Promise<void> {
    if (this.#isRetryWanted) return;
    const delayMs = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** this.#attempt);
    this.#attempt += 1;
    this.state.setState({ retryAt: Date.now() + delayMs });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    this.state.setState({ retryAt: null });
  }

  #firstChannel(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.state.subscribe((state) => {
        if (state.phase === 'connecting') return;
        stop();
        resolve();
      });
    });
  }
}
