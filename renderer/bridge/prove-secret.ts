import { BRIDGE_PURPOSE, bridgeReply, type BridgeReply } from '../../src/api/bridge-handshake.ts';
import { encodeHex } from '../../src/base/bytes.ts';
import { derivedSecret, isProofOf, proofOf, secretId, type ProofTerms } from '../../src/base/mutual-proof.ts';

export type Proved =
  /** `derived` is the session that a link's token became. */
  | { readonly outcome: 'welcome'; readonly derived: Uint8Array }
  | { readonly outcome: 'refused' }
  /** The program that answers there does not know the secret: it is not the console. Nothing was sent to it. */
  | { readonly outcome: 'impostor' }
  | { readonly outcome: 'closed' };

type Wire = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send'>;

/** Settles on a new connection that both ends know `secret`, sending it nowhere (src/base/mutual-proof.ts). */
export async function proveSecret(wire: Wire, secret: Uint8Array, origin: string): Promise<Proved> {
  const id = secretId(BRIDGE_PURPOSE, secret);
  const clientNonce = encodeHex(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = await ask(wire, { type: 'hello', id, nonce: clientNonce });
  if (challenge === null || challenge === 'closed') return { outcome: challenge === null ? 'impostor' : 'closed' };
  if (challenge.type === 'refused') return { outcome: 'refused' };
  if (challenge.type !== 'challenge') return { outcome: 'impostor' };
  const terms: ProofTerms = {
    purpose: BRIDGE_PURPOSE,
    address: origin,
    id,
    clientNonce,
    serverNonce: challenge.nonce,
  };
  if (!isProofOf(challenge.proof, secret, 'server', terms)) return { outcome: 'impostor' };
  const reply = await ask(wire, { type: 'answer', proof: proofOf(secret, 'client', terms) });
  if (reply === 'closed') return { outcome: 'closed' };
  return reply?.type === 'welcome'
    ? { outcome: 'welcome', derived: derivedSecret(secret, terms) }
    : { outcome: 'refused' };
}

/** Null for an answer that is not of this protocol. */
function ask(wire: Wire, message: object): Promise<BridgeReply | null | 'closed'> {
  return new Promise((resolve) => {
    const settle = (reply: BridgeReply | null | 'closed'): void => {
      wire.removeEventListener('message', onMessage);
      wire.removeEventListener('close', onClose);
      resolve(reply);
    };
    const onMessage = ({ data }: MessageEvent<unknown>): void => settle(parsed(data));
    const onClose = (): void => settle('closed');
    wire.addEventListener('message', onMessage);
    wire.addEventListener('close', onClose);
    wire.send(JSON.stringify(message));
  });
}

function parsed(data: unknown): BridgeReply | null {
  try {
    return bridgeReply.safeParse(JSON.parse(String(data))).data ?? null;
  } catch {
    return null;
  }
}
