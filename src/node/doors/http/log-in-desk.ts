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
import type { ChainIdentity } from '../../../ledger/chain-identity.ts';
import type { VerifySignature } from '../../../ledger/crypto/signature.ts';
import type { Level } from '../../../ledger/permissions.ts';
import { BackOff } from './back-off.ts';

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
  readonly endsAt: number;
}

interface Session {
  readonly publicKey: PublicKey;
  readonly memberId: string;
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
  readonly #challenges = new Map<Hash, Challenge>();
  /** By the SHA-256 of the token: what a copy of this memory shows opens nothing. */
  readonly #sessions = new Map<string, Session>();
  readonly #backOff: BackOff;
  #failureCount = 0;

  constructor(options: LogInOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? ((): number => performance.now());
    this.#backOff = new BackOff(this.#monotonic);
  }

  /** Log-ins that failed since this process began. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** @throws RATE_LIMITED */
  challenge(publicKey: PublicKey, address: string): { challenge: Hash; expires_at: number; chain: ChainIdentity } {
    this.#assertMayTry(address);
    const now = this.#monotonic();
    const own = [];
    for (const [challenge, { address: whose, endsAt }] of this.#challenges) {
      if (endsAt <= now) this.#challenges.delete(challenge);
      else if (whose === address) own.push(challenge);
    }
    // An address fills its own share, and pushes out nobody else's.
    if (own.length >= LOG_IN_CHALLENGES_OF_ADDRESS_MAX && own[0] !== undefined) this.#challenges.delete(own[0]);
    if (this.#challenges.size >= LOG_IN_CHALLENGES_MAX)
      throw limited('more log-ins have begun than this node keeps', LOG_IN_CHALLENGE_MS);
    const challenge = encodeHash(randomBytes(32));
    this.#challenges.set(challenge, { publicKey, address, endsAt: now + LOG_IN_CHALLENGE_MS });
    const { chain_id, genesis, era } = this.#options.chain();
    return { challenge, expires_at: this.#options.now() + LOG_IN_CHALLENGE_MS, chain: { chain_id, genesis, era } };
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
    const asked = this.#challenges.get(answer.challenge);
    this.#challenges.delete(answer.challenge);
    const member = this.#isAnswered(asked, answer, address) ? await this.#options.memberOf(answer.public_key) : null;
    if (member === null) {
      this.#failureCount += 1;
      this.#backOff.noteFailure(address);
      // Which of them it was is nobody's business who cannot log in.
      throw new QuantumLockError('LOG_IN_REFUSED', 'the challenge, the key, the address or the signature is not right');
    }
    this.#backOff.noteSuccess(address);
    const { member_id, level } = member;
    const token = randomBytes(32).toString('base64url');
    this.#keep(token, {
      publicKey: answer.public_key,
      memberId: member_id,
      address,
      endsAt: this.#monotonic() + LOG_IN_TOKEN_MS,
    });
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
    if (asked === undefined || asked.endsAt <= this.#monotonic()) return false;
    if (asked.publicKey !== publicKey || asked.address !== address || !this.#options.isOwnOrigin(origin)) return false;
    const signed = logInDigest(this.#options.chain(), { challenge, origin, publicKey });
    return this.#options.verify(decodeHex(signature), signed, decodeHex(publicKey));
  }

  #keep(token: string, session: Session): void {
    const now = this.#monotonic();
    const own = [];
    for (const [id, { memberId, endsAt }] of this.#sessions) {
      if (endsAt <= now) this.#sessions.delete(id);
      else if (memberId === session.memberId) own.push(id);
    }
    if (own.length >= LOG_IN_TOKENS_OF_MEMBER_MAX && own[0] !== undefined) this.#sessions.delete(own[0]);
    if (this.#sessions.size >= LOG_IN_TOKENS_MAX)
      throw limited('more members are logged in than this node keeps', LOG_IN_TOKEN_MS);
    this.#sessions.set(idOf(token), session);
  }

  /** Who holds a token and calls from its address, as the newest state has that member; null for anybody else. */
  async memberOf(token: string, address: string): Promise<ActiveMember | null> {
    const id = idOf(token);
    const session = this.#sessions.get(id);
    if (session === undefined || session.address !== address) return null;
    if (session.endsAt <= this.#monotonic()) {
      this.#sessions.delete(id);
      return null;
    }
    return this.#options.memberOf(session.publicKey);
  }

  /** True where there was one to end. */
  end(token: string): boolean {
    return this.#sessions.delete(idOf(token));
  }

  list(): LoggedIn[] {
    const now = this.#monotonic();
    return [...this.#sessions.values()]
      .filter(({ endsAt }) => endsAt > now)
      .map(({ memberId, publicKey, address, endsAt }) => ({
        member_id: memberId,
        public_key: publicKey,
        address,
        ends_in_ms: Math.round(endsAt - now),
      }));
  }

  #assertMayTry(address: string): void {
    const wait = this.#backOff.waitOf(address);
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
