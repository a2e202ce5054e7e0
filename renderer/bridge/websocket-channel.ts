import { RPCLink } from '@orpc/client/websocket';

import { ChannelRefused, type Channel } from './channel.ts';

/** Where the host serves the bridge: the page's own origin, so that the session cookie goes with it. */
const BRIDGE_PATH = '/bridge';
/** A host on loopback answers in milliseconds; longer means that it hangs. */
const OPEN_TIMEOUT_MS = 10_000;

/** Opens the local page's channel. Throws ChannelRefused where the session cookie is missing or wrong. */
export async function openWebSocketChannel(): Promise<Channel> {
  const url = new URL(BRIDGE_PATH, globalThis.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  const link = new RPCLink({ websocket: quietWhenClosed(socket) });
  if (!(await opens(socket))) {
    socket.close();
    if (await isRefused()) throw new ChannelRefused();
    throw new Error('the host does not answer');
  }
  return { link, closed };
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

/** A browser does not tell a page why an upgrade failed; a plain request to the same address does. */
async function isRefused(): Promise<boolean> {
  try {
    const response = await fetch(BRIDGE_PATH, { cache: 'no-store' });
    return response.status === 401 || response.status === 403;
  } catch {
    return false;
  }
}
