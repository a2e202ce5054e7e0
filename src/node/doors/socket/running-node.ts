import { WebSocket } from 'ws';
import { bridgeReply } from '../../../api/bridge-handshake.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { LOCAL_ANSWER_TIMEOUT_MS } from '../../../base/limits.ts';
import { isProofOf, proofOf, secretId, type ProofTerms } from '../../../base/mutual-proof.ts';
import { dataPaths } from '../../data-directory/data-paths.ts';
import { isPrivate } from '../../data-directory/private-directory.ts';
import { isThere } from '../../data-directory/is-there.ts';
import { FirstMessages } from '../first-messages.ts';
import {
  LOCAL_PURPOSE,
  localAddress,
  localNonce,
  localWelcome,
  readLocalSecret,
  type LocalWelcome,
} from './local-handshake.ts';
import { reachSocket } from './socket-path.ts';

/** A timer may go off a little before its time. */
const TIMER_ERROR_MS = 50;

/** The node that runs on a data directory, and the connection to it: both ends have proved the directory's secret. */
export interface RunningNode extends LocalWelcome {
  readonly socket: WebSocket;
}

/**
 * Finds the node that runs on a data directory; null where none does, or where others could have put a socket there.
 * @throws NODE_SILENT where it does not answer, ACCESS_DENIED where something else listens there
 */
export async function findRunningNode(root: string): Promise<RunningNode | null> {
  const { socket: path } = dataPaths(root);
  if (process.platform !== 'win32' && (!isPrivate(root) || !isThere(path))) return null;
  const secret = readLocalSecret(root);
  if (secret === null) return null;
  const socket = await connect(root, path);
  if (socket === null) return null;
  const messages = new FirstMessages(socket, LOCAL_ANSWER_TIMEOUT_MS);
  const deadline = performance.now() + LOCAL_ANSWER_TIMEOUT_MS - TIMER_ERROR_MS;
  try {
    const welcome = await agree(socket, messages, { root, secret });
    if (welcome !== null) return { ...welcome, socket };
    socket.terminate();
    if (performance.now() >= deadline) throw silent(root);
    return null;
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    messages.stop();
  }
}

/** Null where nobody listens: the socket is left over. */
async function connect(root: string, path: string): Promise<WebSocket | null> {
  const reached = reachSocket(path);
  const socket = new WebSocket(`ws+unix:${reached.path}:/`, { handshakeTimeout: LOCAL_ANSWER_TIMEOUT_MS });
  reached.used();
  try {
    return await new Promise<WebSocket | null>((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.on('error', (error) =>
        error.message.includes('handshake has timed out') ? reject(silent(root)) : resolve(null),
      );
    });
  } finally {
    reached.release();
  }
}

/** Null where the other end went away meanwhile. @throws ACCESS_DENIED */
async function agree(
  socket: WebSocket,
  messages: FirstMessages,
  { root, secret }: { readonly root: string; readonly secret: Uint8Array },
): Promise<LocalWelcome | null> {
  const id = secretId(LOCAL_PURPOSE, secret);
  const clientNonce = localNonce();
  socket.send(JSON.stringify({ type: 'hello', id, nonce: clientNonce }));
  const said = await messages.next();
  if (said === undefined) return null;
  const challenge = bridgeReply.safeParse(said).data;
  const terms: ProofTerms = {
    purpose: LOCAL_PURPOSE,
    address: localAddress(root),
    id,
    clientNonce,
    serverNonce: challenge?.type === 'challenge' ? challenge.nonce : '',
  };
  if (challenge?.type !== 'challenge' || !isProofOf(challenge.proof, secret, 'server', terms))
    throw new QuantumLockError(
      'ACCESS_DENIED',
      `what listens on ${dataPaths(root).socket} is not the node of ${root}`,
      {
        advice: 'It does not know the secret of the data directory, and was told nothing. Find out what it is.',
      },
    );
  socket.send(JSON.stringify({ type: 'answer', proof: proofOf(secret, 'client', terms) }));
  return localWelcome.safeParse(await messages.next()).data ?? null;
}

function silent(root: string): QuantumLockError {
  return new QuantumLockError('NODE_SILENT', `the node that runs on ${root} does not answer`);
}
