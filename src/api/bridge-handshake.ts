import { z } from 'zod';

/** What the page and its host say on a new connection before anything else (docs/ARCHITECTURE.md, Doors). */

/** Under which the page's secrets are proved. */
export const BRIDGE_PURPOSE = 'console-page';
/** Where in an address the token of a link stands: browsers send no fragment anywhere. */
export const LINK_FRAGMENT = 'sign-in';

const nonce = z.string().regex(/^0x[0-9a-f]{64}$/);
const proof = z.string().regex(/^0x[0-9a-f]{64}$/);

export const bridgeHello = z.strictObject({ type: z.literal('hello'), id: z.string().max(66), nonce });
export const bridgeAnswer = z.strictObject({ type: z.literal('answer'), proof });
/** `refused`: no such secret, or no longer. `welcome`: the next message is the first of the contract. */
export const bridgeReply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('challenge'), nonce, proof }),
  z.strictObject({ type: z.literal('refused') }),
  z.strictObject({ type: z.literal('welcome') }),
]);
export type BridgeReply = z.infer<typeof bridgeReply>;
