import { oc } from '@orpc/contract';
import { z } from 'zod';
import type { Hash, PublicKey } from '../../base/bytes.ts';
import { encodeCanonical } from '../../base/canonical.ts';
import { hash, publicKey, signature } from '../../base/fields.ts';
import { digest } from '../../ledger/crypto/digest.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import { level } from '../chain/members.ts';
import { chainIdentity, identifier, time } from '../schemas.ts';

/** How a member of the chain logs in over HTTP: by a signature over a challenge that is used once. */

const origin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^/?#\s]+$/)
  .meta({ description: 'Scheme, host and port by which the client reaches the node: http://127.0.0.1:8000' });

export const logInContract = {
  logInChallenge: oc
    .route({
      method: 'POST',
      path: '/log-in/challenge',
      operationId: 'logInChallenge',
      tags: ['Log-in'],
      summary: 'Asks for a challenge to sign.',
    })
    .input(z.strictObject({ public_key: publicKey }))
    .output(z.object({ challenge: hash, expires_at: time, chain: z.object(chainIdentity) })),
  logIn: oc
    .route({
      method: 'POST',
      path: '/log-in/token',
      operationId: 'logIn',
      tags: ['Log-in'],
      summary: 'Takes the signed challenge, and gives a token.',
    })
    .input(z.strictObject({ challenge: hash, public_key: publicKey, origin, signature }))
    .output(
      z.object({
        /** Sent as `Authorization: Bearer …`, from the same address. */
        token: z.string(),
        expires_at: time,
        member_id: identifier,
        level,
      }),
    ),
  logOut: oc
    .route({
      method: 'POST',
      path: '/log-in/end',
      operationId: 'logOut',
      tags: ['Log-in'],
      summary: 'Ends the token that it is called with.',
    })
    .input(z.strictObject({}))
    .output(z.object({ ended: z.boolean() })),
};

/**
 * What a member's key signs to log in (docs/TECHNICAL_SPEC.md, Log-in). It is of one chain, so that it is of no use at another, and of
 * the origin that the client reaches, so that a program to which the client was led cannot use it at the node that was meant.
 */
export function logInDigest(
  chain: Pick<ChainIdentity, 'genesis' | 'era'>,
  said: { readonly challenge: Hash; readonly origin: string; readonly publicKey: PublicKey },
): Uint8Array {
  return digest(
    'log-in',
    chain,
    encodeCanonical({ challenge: said.challenge, origin: said.origin, public_key: said.publicKey }),
  );
}
