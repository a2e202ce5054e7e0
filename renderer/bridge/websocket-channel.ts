import { RPCLink } from '@orpc/client/websocket';

import { ChannelRefused, type Channel, type Refusal } from './channel.ts';
import { proveSecret, type Proved } from './prove-secret.ts';
import type { SessionSecret } from './session-secret.ts';

/** Where the host serves the bridge: the page's own origin. */
const BRIDGE_PATH = '/bridge';
/** Clears what others may have left under this origin, before a secret is kept there. */
const SIGNED_IN_PATH = '/signed-in';
/** A host on loopback answers in milliseconds; longer means that it hangs. */
const OPEN_TIMEOUT_MS = 10_000;

/** Opens the local page's channel. @throws ChannelRefused where no secret of this browser opens it */
export async function openWebSocketChannel(secrets: SessionSecret): Promise<Channel> {
  for await (const { kind, secret } of secrets.candidates()) {
    const { socket, closed, proved } = await connectWith(secret);
    if (proved.outcome === 'welcome') {
      if (kind === 'token') await fetch(SIGNED_IN_PATH, { cache: 'no-store' }).catch(() => null);
      secrets.keep(kind === 'token' ? proved.derived : secret);
      return { link: new RPCLink({ websocket: quietWhenClosed(socket) }), closed };
    }
    socket.close();
    if (proved.outcome === 'impostor') throw new ChannelRefused('impostor');
    if (proved.outcome === 'closed') throw new Error('the host does not answer');
  }
  secrets.forget();
  // Without a secret nothing was asked yet: whether the console still runs decides what is needed.
  const refusal = await refusalOf();
  if (refusal === 'away') throw new Error('the host does not answer');
  throw new ChannelRefused(refusal ?? 'signed_out');
}

interface Connected {
  readonly socket: WebSocket;
  readonly closed: Promise<void>;
  readonly proved: Proved;
}

async function connectWith(secret: Uint8Array): Promise<Connected> {
  const url = new URL(BRIDGE_PATH, globalThis.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  if (!(await opens(socket))) {
    socket.close();
    const refusal = await refusalOf();
    if (refusal !== null && refusal !== 'away') throw new ChannelRefused(refusal);
    throw new Error('the host does not answer');
  }
  const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
  const proved = await proveSecret(socket, secret, globalThis.location.origin);
  clearTimeout(timer);
  return { socket, closed, proved };
}

/**
 * The link tells the host which calls were given up, also when the socket has just closed, and would fail on it where
 * nobody can catch. A closed socket ends every call by itself, so there is nothing to tell.
 */
function quietWhenClosed(
  socket: WebSocket,
): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> {
  return {
    get readyState() {
      return socket.readyState === WebSocket.CONNECTING ? WebSocket.CONNECTING : WebSocket.OPEN;
    },
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
  };
}

function opens(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), OPEN_TIMEOUT_MS);
    const settle = (open: boolean) => (): void => {
      clearTimeout(timer);
      resolve(open);
    };
    socket.addEventListener('open', settle(true), { once: true });
    socket.addEventListener('close', settle(false), { once: true });
  });
}

/** A browser does not report to a page why an upgrade failed; a plain request to the same address does. */
async function refusalOf(): Promise<Refusal | 'away' | null> {
  try {
    const { status } = await fetch(BRIDGE_PATH, { cache: 'no-store' });
    // The program that answers at this port now does not know this page's name: it is another run.
    if (status === 421) return 'restarted';
    return status === 426 ? null : 'impostor';
  } catch {
    return 'away';
  }
}
