import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { describe, expect, it } from 'vitest';

import type { MemberView } from '../../src/api/chain/members.ts';
import { encodeKeyCard } from '../../src/ledger/documents/key-card.ts';
import { readKeyCard } from '../../renderer/keys/key-card.ts';
import { countLevel, goodWords, summarizePosture, type PostureLevel } from '../../renderer/posture/posture-levels.ts';
import { backOut, decodeLocation } from '../../renderer/router/location.ts';
import { permissionWords } from '../../renderer/screens/members/permission-words.ts';
import { commandLine } from '../../src/base/command-line.ts';
import { policyCommand } from '../../renderer/screens/members/policies/policy-command.ts';
import {
  decodePolicyDraft,
  draftOfPolicy,
  policyMeaning,
  type DraftedPolicy,
} from '../../renderer/screens/members/policies/policy-draft.ts';
import { decodeRotationPlace, encodeRotationPlace } from '../../renderer/screens/validators/rotation/rotation-place.ts';
import { LEVEL_PERMISSIONS, type Level } from '../../src/ledger/permissions.ts';
import { FAKE_CHAIN, fakeHash, fakePossession, fakePublicKey } from './fake-values.ts';

function people(...levels: readonly Level[]): MemberView[] {
  return levels.map((level, index) => ({
    member_id: `member-${index}`,
    name: `Member ${index}`,
    level,
    permissions: [...LEVEL_PERMISSIONS[level]],
    status: 'active',
    keys: [],
    added_at: 0,
    last_activity: null,
  }));
}

const policies: readonly DraftedPolicy[] = [
  { mode: 'direct', permission: 'promote_to_green' },
  { mode: 'multisig', role: 'validator', threshold: { count: 4 } },
  { mode: 'multisig', role: 'administrator', threshold: { numerator: 3, denominator: 4 } },
];

describe('a policy', () => {
  it('is the same after it was filled in from itself', () => {
    for (const policy of policies)
      if (policy.mode !== 'default') expect(decodePolicyDraft(draftOfPolicy(policy))).toEqual(policy);
    expect(
      decodePolicyDraft({ ...draftOfPolicy({ mode: 'direct', permission: 'promote_to_green' }), mode: 'default' }),
    ).toEqual({ mode: 'default' });
  });

  it.each(['', '0', '-1', '1.5', 'two', '1e3'])('is none where a number is “%s”', (text) => {
    const draft = draftOfPolicy({ mode: 'multisig', role: 'administrator', threshold: { count: 2 } });
    expect(decodePolicyDraft({ ...draft, count: text })).toBeNull();
    expect(decodePolicyDraft({ ...draft, mode: 'fraction', numerator: text })).toBeNull();
  });

  it('is none where the share is more than one', () => {
    const draft = draftOfPolicy({ mode: 'multisig', role: 'administrator', threshold: { count: 2 } });
    expect(decodePolicyDraft({ ...draft, mode: 'fraction', numerator: '4', denominator: '3' })).toBeNull();
    expect(decodePolicyDraft({ ...draft, mode: 'fraction', numerator: '3', denominator: '3' })).not.toBeNull();
  });

  it.each([
    [1, 3, 'not a majority'],
    [2, 4, 'not a majority'],
    [2, 3, null],
    [3, 3, 'All must agree'],
    [1, 1, 'Only one member may vote'],
  ])('of %i of %i warns as it should', (count, holders, warning) => {
    const policy = { mode: 'multisig', role: 'administrator', threshold: { count } } as const;
    const meaning = policyMeaning(policy, people(...Array.from({ length: holders }, () => 'administrator' as const)));
    expect(meaning.problem).toBeNull();
    if (warning === null) expect(meaning.warning).toBeNull();
    else expect(meaning.warning).toContain(warning);
  });

  it('counts those of a higher level too, and nobody who is not active', () => {
    const members = people('validator', 'administrator', 'administrator', 'blue_state');
    const suspended = members.map((member, index) =>
      index === 2 ? { ...member, status: 'suspended' as const } : member,
    );
    const policy = { mode: 'multisig', role: 'validator', threshold: { numerator: 2, denominator: 3 } } as const;
    expect(policyMeaning(policy, members).sentence).toBe(
      'Today: 2 of your 3 validators and administrators must agree.',
    );
    expect(policyMeaning(policy, suspended).sentence).toBe(
      'Today: 2 of your 2 validators and administrators must agree.',
    );
    expect(policyMeaning({ ...policy, threshold: { count: 4 } }, members).problem).toContain('only 3');
  });

  it('that nobody could meet alone says so', () => {
    const policy = { mode: 'direct', permission: 'emergency_rollback' } as const;
    expect(policyMeaning(policy, people('blue_state')).problem).toBe('Nobody could do it.');
    expect(policyMeaning(policy, people('administrator', 'blue_state')).sentence).toBe(
      'Today: Member 0 does it alone, and nobody else can.',
    );
  });

  it.each([
    [null, null, 'dm policy set add_member'],
    [null, { mode: 'default' }, 'dm policy set add_member --default'],
    [null, policies[2], 'dm policy set add_member --fraction 3/4 --of administrator'],
    ['maze', policies[1], 'dm policy set add_member --env maze --approvals 4 --of validator'],
    ['maze', policies[0], 'dm policy set add_member --env maze --direct promote_to_green'],
  ] as const)('has the command that sets it: %s %j', (envId, policy, command) => {
    expect(commandLine(policyCommand('add_member', envId, policy ?? null))).toBe(command);
  });
});

describe('the place of a rotation', () => {
  const place = {
    step: 'propose',
    newKey: fakePublicKey(3),
    proof: fakePossession(FAKE_CHAIN, 3, 'validator/authority-1'),
    proposal: fakeHash(1, 7),
  } as const;

  it('is all in its address', () => {
    expect(decodeRotationPlace(decodeLocation(encodeRotationPlace('authority-1', place)))).toEqual(place);
  });

  it('takes nothing from an address that is not what it should be', () => {
    const nothing = { step: null, newKey: null, proof: null, proposal: null };
    expect(decodeRotationPlace(decodeLocation('#/validators/a?do=rotate'))).toEqual(nothing);
    expect(
      decodeRotationPlace(decodeLocation('#/validators/a?do=rotate&step=x&new=0x12&proof=javascript:&proposal=0xZZ')),
    ).toEqual(nothing);
  });

  it('is left as a whole', () => {
    expect(backOut(decodeLocation(encodeRotationPlace('authority-1', place)))).toBe('#/validators/authority-1');
  });
});

describe('a key card', () => {
  const here = { ...FAKE_CHAIN, chain_id: 'a-chain' };
  const wanted = { chain: here, subject: 'member/anna' } as const;
  const card = (chain: ChainIdentity, subject: 'member/anna' | 'member/bert'): string =>
    encodeKeyCard({
      format: 'quantum-lock/key-card/v2',
      ...chain,
      subject,
      public_key: fakePublicKey(3),
      proof: fakePossession(chain, 3, subject),
    });

  it('brings its key for the one it is for', () => {
    expect(readKeyCard(card(here, 'member/anna'), wanted)).toMatchObject({
      ok: true,
      key: { subject: 'member/anna', public_key: fakePublicKey(3) },
    });
  });

  it.each([
    ['', /./],
    ['{}', /does not fit/],
    [card({ ...here, chain_id: 'another', genesis: fakeHash(1, 1) }, 'member/anna'), /for another chain: another/],
    [card({ ...here, genesis: fakeHash(1, 1) }, 'member/anna'), /also called a-chain/],
    [card({ ...here, era: 1 }, 'member/anna'), /for era 1 of the chain/],
    [card(here, 'member/bert'), /for member\/bert, not for member\/anna/],
    [card(here, 'member/anna').replace('member/anna', 'member/bert'), /does not prove/],
  ])('is refused: %s', (text, problem) => {
    const read = readKeyCard(text, wanted);
    expect(read.ok ? '' : read.problem).toMatch(problem);
  });
});

describe('the posture in a line', () => {
  const check = (level: PostureLevel) => ({
    code: level,
    level,
    title: '',
    finding: '',
    advice: '',
  });

  it('never counts as good what could not be checked, or had nothing to check', () => {
    const posture = {
      height: 1,
      checks: [check('good'), check('unknown'), check('look'), check('nothing_to_check')],
    };
    expect(countLevel(posture, 'good')).toBe(1);
    expect(summarizePosture(posture)).toBe('1 to review · 1 unknown · 1 with nothing to check');
    expect(summarizePosture({ height: 1, checks: [check('good')] })).toBe('no issues');
    expect(goodWords(posture)).toBe('1 of 3 good');
    expect(goodWords({ height: 1, checks: [check('nothing_to_check')] })).toBe('0 of 0 good');
  });
});

it('says permissions in a few words', () => {
  expect(permissionWords(LEVEL_PERMISSIONS.administrator)).toBe('everything');
  expect(permissionWords(LEVEL_PERMISSIONS.validator)).toBe('everything but Emergency');
  expect(permissionWords(LEVEL_PERMISSIONS.blue_state)).toBe('Read, Write Blue');
});
