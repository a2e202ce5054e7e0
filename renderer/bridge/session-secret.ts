import { LINK_FRAGMENT } from '../../src/api/bridge-handshake.ts';
import { decodeHex, encodeHex } from '../../src/base/bytes.ts';

/**
 * The secret of this browser's session. It is in this tab's memory and session storage, so that the page can be loaded
 * again, and is handed to other tabs of the same origin that ask. That origin is of one run of the console alone, and
 * the secret ends with it: who has the port later, and is asked for the page under the old name, finds one that opens
 * nothing.
 */
const STORAGE_KEY = 'quantum-lock:session';
const CHANNEL = 'quantum-lock:session';
/** Another tab answers within milliseconds, where there is one. */
const OTHER_TAB_TIMEOUT_MS = 300;
const SECRET = /^0x[0-9a-f]{64}$/;

export class SessionSecret {
  readonly #channel = new BroadcastChannel(CHANNEL);
  #session: Uint8Array | null = readStored();
  #token: Uint8Array | null = null;
  /** The token that was tried last: another may come while it is. */
  #triedToken: Uint8Array | null = null;
  #isProved = false;

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data === 'ask' && this.#session !== null && this.#isProved)
        this.#channel.postMessage(encodeHex(this.#session));
    });
    // The clearing that the host asked for, before the session is kept, reaches this document also after it was. Chromium
    // tells of it by an event without a key.
    globalThis.addEventListener('storage', ({ key, storageArea }) => {
      if (key === null && storageArea === globalThis.sessionStorage && this.#isProved) this.#store();
    });
  }

  /** Takes the token out of the address, where one is. True if there was one. */
  takeToken(): boolean {
    const token = new URLSearchParams(globalThis.location.hash.slice(1)).get(LINK_FRAGMENT);
    if (token === null) return false;
    // Neither the history nor a bookmark keeps it.
    globalThis.history.replaceState(null, '', '#/');
    const isToken = SECRET.test(`0x${token}`);
    if (isToken) this.#token = decodeHex(`0x${token}`);
    return isToken;
  }

  /** What can be tried, best first: this tab's session, the link's token, another tab's session. */
  async *candidates(): AsyncGenerator<{ readonly kind: 'session' | 'token'; readonly secret: Uint8Array }> {
    if (this.#session !== null) yield { kind: 'session', secret: this.#session };
    this.#triedToken = this.#token;
    if (this.#triedToken !== null) yield { kind: 'token', secret: this.#triedToken };
    const shared = await this.#askOtherTabs();
    if (shared !== null) yield { kind: 'session', secret: shared };
  }

  keep(session: Uint8Array): void {
    this.#session = session;
    this.#token = null;
    this.#isProved = true;
    this.#store();
  }

  #store(): void {
    if (this.#session !== null) globalThis.sessionStorage.setItem(STORAGE_KEY, encodeHex(this.#session));
  }

  /** The host knows none of what was tried. A link that was opened meanwhile is still to be. */
  forget(): void {
    this.#session = null;
    if (this.#token === this.#triedToken) this.#token = null;
    this.#isProved = false;
    globalThis.sessionStorage.removeItem(STORAGE_KEY);
  }

  #askOtherTabs(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      const settle = (secret: Uint8Array | null): void => {
        clearTimeout(timer);
        this.#channel.removeEventListener('message', onMessage);
        resolve(secret);
      };
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (typeof data === 'string' && SECRET.test(data)) settle(decodeHex(data));
      };
      const timer = setTimeout(() => settle(null), OTHER_TAB_TIMEOUT_MS);
      this.#channel.addEventListener('message', onMessage);
      this.#channel.postMessage('ask');
    });
  }
}

function readStored(): Uint8Array | null {
  const stored = globalThis.sessionStorage.getItem(STORAGE_KEY);
  return stored !== null && SECRET.test(stored) ? decodeHex(stored) : null;
}
