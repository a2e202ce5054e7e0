import { describe, expect, test } from 'vitest';

import { logInDigest } from '../../../../src/api/http/log-in.ts';
import type { Hash, PublicKey } from '../../../../src/base/bytes.ts';
import {
  LOG_IN_CHALLENGE_MS,
  LOG_IN_CHALLENGES_OF_ADDRESS_MAX,
  LOG_IN_FAILURES_FREE,
  LOG_IN_TOKEN_MS,
  LOG_IN_TOKENS_OF_MEMBER_MAX,
  LOG_IN_WAIT_MS_MAX,
} from '../../../../src/base/network-limits.ts';
import { publicKeyOf, signDigest, verifyWithNoble } from '../../../../src/ledger/crypto/signature.ts';
import { LogInDesk, type ActiveMember } from '../../../../src/node/doors/http/log-in-desk.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';
import { isSoak } from '../../../crash/seeded-random.ts';

const ORIGIN = 'http://127.0.0.1:8000';
const ADDRESS = '127.0.0.1';
const chain = { chain_id: 'sandbox', genesis: hashOf('genesis'), era: 0 };
const secretOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const SECRET = secretOf(7);
const KEY = publicKeyOf(SECRET);
const ALICE: ActiveMember = { member_id: 'alice', name: 'Alice', level: 'blue_state' };

function desk({ era = 0 }: { readonly era?: number } = {}) {
  const time = { ms: 1_000 };
  const members = new Map<PublicKey, ActiveMember>([[KEY, ALICE]]);
  const present = { chain: { ...chain, era } };
  const opened = new LogInDesk({
    chain: () => present.chain,
    memberOf: (key) => Promise.resolve(members.get(key) ?? null),
    isOwnOrigin: (origin) => origin === ORIGIN,
    verify: verifyWithNoble,
    now: () => 1_700_000_000_000 + time.ms,
    monotonic: () => time.ms,
  });
  return { desk: opened, time, members, present };
}

function answer(
  to: { readonly challenge: Hash; readonly chain: { readonly genesis: Hash; readonly era: number } },
  {
    secret = SECRET,
    origin = ORIGIN,
    of = to.chain,
  }: { secret?: Uint8Array; origin?: string; of?: typeof to.chain } = {},
) {
  const publicKey = publicKeyOf(secret);
  const signature = signDigest(logInDigest(of, { challenge: to.challenge, origin, publicKey }), secret);
  return { challenge: to.challenge, public_key: publicKey, origin, signature };
}

const refused = { code: 'LOG_IN_REFUSED' };

describe('a log-in', () => {
  test('gives a token for a signature over a challenge, to the address that asked', async () => {
    const { desk: opened, time } = desk();
    const asked = opened.challenge(KEY, ADDRESS);
    expect(asked.expires_at).toBe(1_700_000_000_000 + time.ms + LOG_IN_CHALLENGE_MS);
    const given = await opened.logIn(answer(asked), ADDRESS);
    expect(given).toMatchObject({ member_id: 'alice', level: 'blue_state' });
    expect(await opened.memberOf(given.token, ADDRESS)).toEqual(ALICE);
    expect(await opened.memberOf(given.token, '10.0.0.9')).toBeNull();
    expect(await opened.memberOf(given.token.toLowerCase(), ADDRESS)).toBeNull();
    expect(opened.list()).toEqual([
      { member_id: 'alice', public_key: KEY, address: ADDRESS, ends_in_ms: LOG_IN_TOKEN_MS },
    ]);
  });

  test('uses up its challenge, whether the answer was right or wrong', async () => {
    const { desk: opened } = desk();
    const first = opened.challenge(KEY, ADDRESS);
    await opened.logIn(answer(first), ADDRESS);
    await expect(opened.logIn(answer(first), ADDRESS)).rejects.toMatchObject(refused);
    const second = opened.challenge(KEY, ADDRESS);
    await expect(
      opened.logIn({ ...answer(second), signature: answer(first).signature }, ADDRESS),
    ).rejects.toMatchObject(refused);
    await expect(opened.logIn(answer(second), ADDRESS)).rejects.toMatchObject(refused);
  });

  test.each<[string, (asked: ReturnType<LogInDesk['challenge']>) => ReturnType<typeof answer>]>([
    ['of a key that is no member’s', (asked) => answer(asked, { secret: secretOf(8) })],
    ['signed by another key', (asked) => ({ ...answer(asked, { secret: secretOf(8) }), public_key: KEY })],
    ['for another node', (asked) => answer(asked, { origin: 'http://evil.example:8000' })],
    [
      'signed for another node, and sent on to this one',
      (asked) => ({ ...answer(asked, { origin: 'http://evil.example:8000' }), origin: ORIGIN }),
    ],
    ['for another chain', (asked) => answer(asked, { of: { ...asked.chain, genesis: `0x${'9'.repeat(64)}` as Hash } })],
    ['for another era', (asked) => answer(asked, { of: { ...asked.chain, era: 1 } })],
    ['to a challenge that nobody gave', (asked) => answer({ ...asked, challenge: `0x${'1'.repeat(64)}` as Hash })],
  ])('is refused %s, in the same words', async (_, wrong) => {
    const { desk: opened } = desk();
    const asked = opened.challenge(KEY, ADDRESS);
    await expect(opened.logIn(wrong(asked), ADDRESS)).rejects.toMatchObject({
      ...refused,
      message: 'the challenge, the key, the address or the signature is not right',
    });
    expect(opened.failureCount).toBe(1);
    expect(opened.list()).toEqual([]);
  });

  test('is refused from another address, and after its time', async () => {
    const { desk: opened, time } = desk();
    await expect(opened.logIn(answer(opened.challenge(KEY, ADDRESS)), '10.0.0.9')).rejects.toMatchObject(refused);
    const asked = opened.challenge(KEY, ADDRESS);
    time.ms += LOG_IN_CHALLENGE_MS;
    await expect(opened.logIn(answer(asked), ADDRESS)).rejects.toMatchObject(refused);
  });

  test('ends with its time, by its holder, and with the member', async () => {
    const { desk: opened, time, members } = desk();
    const logIn = async (): Promise<string> =>
      (await opened.logIn(answer(opened.challenge(KEY, ADDRESS)), ADDRESS)).token;
    const [late, left, removed] = [await logIn(), await logIn(), await logIn()];
    expect(opened.end(left)).toBe(true);
    expect(opened.end(left)).toBe(false);
    expect(await opened.memberOf(left, ADDRESS)).toBeNull();
    members.set(KEY, { ...ALICE, level: 'read_only' });
    expect(await opened.memberOf(removed, ADDRESS)).toMatchObject({ level: 'read_only' });
    members.delete(KEY);
    expect(await opened.memberOf(removed, ADDRESS)).toBeNull();
    members.set(KEY, ALICE);
    time.ms += LOG_IN_TOKEN_MS;
    expect(await opened.memberOf(late, ADDRESS)).toBeNull();
  });
});

describe('bad log-ins', () => {
  test('make their address wait, longer each time, and nobody else', async () => {
    const { desk: opened, time } = desk();
    const count = isSoak ? 10_000 : 300;
    let waited = 0;
    for (let tried = 0; tried < count; tried++) {
      const asked = opened.challenge(KEY, ADDRESS);
      await expect(
        opened.logIn({ ...answer(asked), signature: `0x${'5'.repeat(128)}` as never }, ADDRESS),
      ).rejects.toMatchObject(refused);
      if (tried + 1 < LOG_IN_FAILURES_FREE) continue;
      // Neither a challenge nor an answer is had while it waits.
      expect(() => opened.challenge(KEY, ADDRESS)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
      await expect(opened.logIn(answer(asked), ADDRESS)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      const wait = waitOf(() => opened.challenge(KEY, ADDRESS)) * 1_000;
      expect(wait).toBeGreaterThanOrEqual(Math.min(waited * 1.9, LOG_IN_WAIT_MS_MAX));
      waited = wait;
      time.ms += wait;
    }
    expect(waited).toBe(LOG_IN_WAIT_MS_MAX);
    expect(opened.failureCount).toBe(count);
    // The member, elsewhere, was never shut out; and a success here begins anew.
    await opened.logIn(answer(opened.challenge(KEY, '10.0.0.9')), '10.0.0.9');
    await opened.logIn(answer(opened.challenge(KEY, ADDRESS)), ADDRESS);
    await expect(
      opened.logIn(answer(opened.challenge(KEY, ADDRESS), { secret: secretOf(9) }), ADDRESS),
    ).rejects.toMatchObject(refused);
    expect(() => opened.challenge(KEY, ADDRESS)).not.toThrow();
  });

  test.each([
    ['2001:db8:0:1::5', '2001:db8:0:1::77', true],
    ['2001:db8:0:1::5', '2001:db8:0:2::5', false],
    ['10.0.0.9', '10.0.0.10', false],
  ])('from %s and from %s count together: %s', async (one, other, isShared) => {
    const { desk: opened } = desk();
    for (let tried = 0; tried < LOG_IN_FAILURES_FREE; tried++) {
      const asked = opened.challenge(KEY, one);
      await expect(opened.logIn(answer(asked, { secret: secretOf(9) }), one)).rejects.toMatchObject(refused);
    }
    expect(waitOf(() => opened.challenge(KEY, one))).toBeGreaterThan(0);
    expect(waitOf(() => opened.challenge(KEY, other)) > 0).toBe(isShared);
  });

  test('and log-ins that were only begun take a bounded room, of their own address', async () => {
    const { desk: opened } = desk();
    const elsewhere = opened.challenge(KEY, '10.0.0.9');
    const first = opened.challenge(KEY, ADDRESS);
    for (let begun = 0; begun < LOG_IN_CHALLENGES_OF_ADDRESS_MAX; begun++) opened.challenge(KEY, ADDRESS);
    await expect(opened.logIn(answer(first), ADDRESS)).rejects.toMatchObject(refused);
    await opened.logIn(answer(elsewhere), '10.0.0.9');
  });

  test('one member keeps so many tokens, and the oldest goes first', async () => {
    const { desk: opened } = desk();
    const tokens: string[] = [];
    for (let count = 0; count <= LOG_IN_TOKENS_OF_MEMBER_MAX; count++)
      tokens.push((await opened.logIn(answer(opened.challenge(KEY, ADDRESS)), ADDRESS)).token);
    expect(opened.list()).toHaveLength(LOG_IN_TOKENS_OF_MEMBER_MAX);
    expect(await opened.memberOf(tokens[0] ?? '', ADDRESS)).toBeNull();
    expect(await opened.memberOf(tokens.at(-1) ?? '', ADDRESS)).toEqual(ALICE);
  });
});

/** Seconds, as a client is told. */
function waitOf(ask: () => unknown): number {
  try {
    ask();
  } catch (error) {
    return (error as { context: { retry_after_s: number } }).context.retry_after_s;
  }
  return 0;
}
