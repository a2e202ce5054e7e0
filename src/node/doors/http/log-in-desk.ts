import { createHash, randomBytes } from 'node:crypto';
import { logInDigest } from '../../../api/http/log-in.ts';
import { decodeHex, encodeHash, type Hash, type PublicKey, type Signature } from '../../../base/bytes.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import {
  LOG_IN_CHALLENGE_MS,
  LOG_IN_CHALLENGES_MAX,
  LOG_IN_CHALLENGES_OF_ADDRESS_MAX,
  LOG_IN_TOKEN_MS,
  LOG_IN_TOKENS_MAX,
  LOG_IN_TOKENS_OF_MEMBER_MAX,
} from '../../../base/network-limits.ts';
import { identityOf, type ChainIdentity } from '../../../ledger/chain-identity.ts';
import type { VerifySignature } from '../../../ledger/crypto/signature.ts';
import type { Level } from '../../../ledger/permissions.ts';
import { BackOff } from './back-off.ts';
import { networkOf } from './network-of.ts';
import { OwnedEntries } from './owned-entries.ts';

/** An active member with an active key, as the newest state has it. */
export interface ActiveMember {
  readonly member_id: string;
  readonly name: string;
  readonly level: Level;
}

export interface LogInOptions {
  readonly chain: () => ChainIdentity;
  /** The active member whose active key this is, in the newest state; null for any other key. */
  readonly memberOf: (publicKey: PublicKey) => Promise<ActiveMember | null>;
  /** Whether this node is reached by that scheme, host and port. */
  readonly isOwnOrigin: (origin: string) => boolean;
  readonly verify: VerifySignature;
  /** Unix milliseconds, for what is told. */
  readonly now: () => number;
  /** Of a clock that only goes forward, in milliseconds: by it challenges and tokens end. */
  readonly monotonic?: () => number;
}

interface Challenge {
  readonly publicKey: PublicKey;
  readonly address: string;
  /** The network that the address is of. */
  readonly owner: string;
  readonly endsAt: number;
}

interface Session {
  readonly publicKey: PublicKey;
  /** Member id. */
  readonly owner: string;
  readonly address: string;
  readonly endsAt: number;
}

/** Who is logged in, as the operator sees it. No part of it is a secret. */
export interface LoggedIn {
  readonly member_id: string;
  readonly public_key: PublicKey;
  readonly address: string;
  readonly ends_in_ms: number;
}

/** Logs members in by a signature. It keeps challenges and tokens in memory: what ends with the process is asked for again. */
export class LogInDesk {
  readonly #options: LogInOptions;
  readonly #monotonic: () => number;
  readonly #challenges: OwnedEntries<Hash, Challenge>;
  /** By the SHA-256 of the token: what a copy of this memory shows opens nothing. */
  readonly #sessions: OwnedEntries<string, Session>;
  readonly #backOff: BackOff;
  #failureCount = 0;

  constructor(options: LogInOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? ((): number => performance.now());
    this.#backOff = new BackOff(this.#monotonic);
    const ofChallenges = { inAll: LOG_IN_CHALLENGES_MAX, ofOwner: LOG_IN_CHALLENGES_OF_ADDRESS_MAX };
    const ofTokens = { inAll: LOG_IN_TOKENS_MAX, ofOwner: LOG_IN_TOKENS_OF_MEMBER_MAX };
    this.#challenges = new OwnedEntries(ofChallenges, this.#monotonic);
    this.#sessions = new OwnedEntries(ofTokens, this.#monotonic);
  }

  /** Log-ins that failed since this process began. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** @throws RATE_LIMITED */
  challenge(publicKey: PublicKey, address: string): { challenge: Hash; expires_at: number; chain: ChainIdentity } {
    this.#assertMayTry(address);
    const challenge = encodeHash(randomBytes(32));
    const endsAt = this.#monotonic() + LOG_IN_CHALLENGE_MS;
    if (!this.#challenges.add(challenge, { publicKey, address, owner: networkOf(address), endsAt }))
      throw limited('more log-ins have begun than this node keeps', LOG_IN_CHALLENGE_MS);
    const chain = identityOf(this.#options.chain());
    return { challenge, expires_at: this.#options.now() + LOG_IN_CHALLENGE_MS, chain };
  }

  /** A challenge is used up by the first answer, right or wrong. @throws LOG_IN_REFUSED, RATE_LIMITED */
  async logIn(
    answer: {
      readonly challenge: Hash;
      readonly public_key: PublicKey;
      readonly origin: string;
      readonly signature: Signature;
    },
    address: string,
  ): Promise<{ token: string; expires_at: number; member_id: string; level: Level }> {
    this.#assertMayTry(address);
    const asked = this.#challenges.take(answer.challenge);
    const member = this.#isAnswered(asked, answer, address) ? await this.#options.memberOf(answer.public_key) : null;
    if (member === null) {
      this.#failureCount += 1;
      this.#backOff.noteFailure(networkOf(address));
      // Which of them it was is nobody's business who cannot log in.
      throw new QuantumLockError('LOG_IN_REFUSED', 'the challenge, the key, the address or the signature is not right');
    }
    this.#backOff.noteSuccess(networkOf(address));
    const { member_id, level } = member;
    const token = randomBytes(32).toString('base64url');
    const session = {
      publicKey: answer.public_key,
      owner: member_id,
      address,
      endsAt: this.#monotonic() + LOG_IN_TOKEN_MS,
    };
    if (!this.#sessions.add(idOf(token), session))
      throw limited('more members are logged in than this node keeps', LOG_IN_TOKEN_MS);
    return { token, expires_at: this.#options.now() + LOG_IN_TOKEN_MS, member_id, level };
  }

  #isAnswered(
    asked: Challenge | undefined,
    {
      challenge,
      public_key: publicKey,
      origin,
      signature,
    }: {
      readonly challenge: Hash;
      readonly public_key: PublicKey;
      readonly origin: string;
      readonly signature: Signature;
    },
    address: string,
  ): boolean {
    if (asked === undefined) return false;
    if (asked.publicKey !== publicKey || asked.address !== address || !this.#options.isOwnOrigin(origin)) return false;
    const signed = logInDigest(this.#options.chain(), { challenge, origin, publicKey });
    return this.#options.verify(decodeHex(signature), signed, decodeHex(publicKey));
  }

  /** Who holds a token and calls from its address, as the newest state has that member; null for anybody else. */
  async memberOf(token: string, address: string): Promise<ActiveMember | null> {
    const session = this.#sessions.get(idOf(token));
    if (session === undefined || session.address !== address) return null;
    return this.#options.memberOf(session.publicKey);
  }

  /** True where there was one to end. */
  end(token: string): boolean {
    return this.#sessions.take(idOf(token)) !== undefined;
  }

  list(): LoggedIn[] {
    const now = this.#monotonic();
    return this.#sessions.list().map(({ owner, publicKey, address, endsAt }) => ({
      member_id: owner,
      public_key: publicKey,
      address,
      ends_in_ms: Math.round(endsAt - now),
    }));
  }

  #assertMayTry(address: string): void {
    const wait = this.#backOff.waitOf(networkOf(address));
    if (wait > 0) throw limited('too many log-ins from this address failed', wait);
  }
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

export function limited(message: string, waitMs: number): QuantumLockError {
  return new QuantumLockError('RATE_LIMITED', message, {
    context: { retry_after_s: Math.max(1, Math.ceil(waitMs / 1000)) },
  });
}
