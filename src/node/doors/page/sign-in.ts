import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { BRIDGE_PURPOSE, bridgeAnswer, bridgeHello, type BridgeReply } from '../../../api/bridge-handshake.ts';
import { encodeHex } from '../../../base/bytes.ts';
import { CONSOLE_SESSIONS_MAX, SIGN_IN_LINKS_MAX, SIGN_IN_TIMEOUT_MS } from '../../../base/limits.ts';
import { derivedSecret, isProofOf, proofOf, secretId, type ProofTerms } from '../../../base/mutual-proof.ts';
import { FirstMessages } from '../first-messages.ts';

const TOKEN_SIZE_BYTES = 32;
const NONCE_SIZE_BYTES = 32;

/**
 * Who may use this run of the console. A link's token works once, and becomes the secret of one browser's session, which
 * both ends make from it: neither is ever sent, not even to this process. Both end with it.
 */
export class SignIn {
  readonly #origin: () => string;
  readonly #tokens = new Map<string, Uint8Array>();
  readonly #sessions = new Map<string, Uint8Array>();

  /** `origin` is the page's, as its browser knows it. */
  constructor(origin: () => string) {
    this.#origin = origin;
  }

  /** A token for one sign-in, as it is in a link. */
  makeToken(): string {
    const token = randomBytes(TOKEN_SIZE_BYTES);
    keep(this.#tokens, secretId(BRIDGE_PURPOSE, token), token, SIGN_IN_LINKS_MAX);
    return encodeHex(token).slice(2);
  }

  /** Settles whose session is at the other end of a new connection. Null, and closed, unless both ends proved a secret. */
  async authenticate(socket: WebSocket): Promise<string | null> {
    const messages = new FirstMessages(socket, SIGN_IN_TIMEOUT_MS);
    try {
      return await this.#agree(socket, messages);
    } finally {
      messages.stop();
    }
  }

  async #agree(socket: WebSocket, messages: FirstMessages): Promise<string | null> {
    const say = (reply: BridgeReply): void => socket.send(JSON.stringify(reply));
    const hello = bridgeHello.safeParse(await messages.next()).data;
    if (hello === undefined) return close(socket);
    const secret = this.#sessions.get(hello.id) ?? this.#tokens.get(hello.id);
    if (secret === undefined) {
      say({ type: 'refused' });
      return close(socket);
    }
    const terms: ProofTerms = {
      purpose: BRIDGE_PURPOSE,
      address: this.#origin(),
      id: hello.id,
      clientNonce: hello.nonce,
      serverNonce: encodeHex(randomBytes(NONCE_SIZE_BYTES)),
    };
    say({ type: 'challenge', nonce: terms.serverNonce, proof: proofOf(secret, 'server', terms) });
    const answer = bridgeAnswer.safeParse(await messages.next()).data;
    const isProved = answer !== undefined && isProofOf(answer.proof, secret, 'client', terms);
    const session = isProved ? this.#use(secret, terms) : null;
    if (session === null) {
      if (answer !== undefined) say({ type: 'refused' });
      return close(socket);
    }
    say({ type: 'welcome' });
    return session;
  }

  /** The session's id. Null where the token was used, or the session ended, while its owner was proving it. */
  #use(secret: Uint8Array, terms: ProofTerms): string | null {
    const { id } = terms;
    if (this.#tokens.delete(id)) {
      const session = derivedSecret(secret, terms);
      const sessionId = secretId(BRIDGE_PURPOSE, session);
      keep(this.#sessions, sessionId, session, CONSOLE_SESSIONS_MAX);
      return sessionId;
    }
    if (!this.#sessions.delete(id)) return null;
    // In the order of their last use.
    this.#sessions.set(id, secret);
    return id;
  }
}

function keep(secrets: Map<string, Uint8Array>, id: string, secret: Uint8Array, countMax: number): void {
  secrets.set(id, secret);
  const [oldest] = secrets.keys();
  if (secrets.size > countMax && oldest !== undefined) secrets.delete(oldest);
}

function close(socket: WebSocket): null {
  socket.close();
  return null;
}
