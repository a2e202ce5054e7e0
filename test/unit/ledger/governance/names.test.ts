import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../src/base/canonical.ts';
import type { ToldState } from '../../../../src/ledger/state/access.ts';
import { findAction } from '../../../../src/ledger/actions/registry.ts';
import { addMember, count, dee, fraction, GovernedWorld, newKey, setPolicy, spare } from '../governance-world.ts';
import { call, genesisPayload, World } from '../world.ts';

const member = (id: string, name: string): JsonObject => ({
  member_id: id,
  name,
  level: 'administrator',
  keys: [newKey(dee, `member/${id}`)],
});

/** Default-ignorable, blank and direction-changing: nothing that a reader could tell from the name without them. */
const UNSEEN = [
  '\u3164',
  '\u115f',
  '\u2800',
  '\u034f',
  '\ufe0f',
  '\u{e0100}',
  '\u00a0',
  '\u3000',
  '\u202e',
  '\u200b',
  '\u00ad',
  '\u2060',
  '\u180b',
  '\uffa0',
  '\t',
  '\u2028',
];

const warningsOf = (state: ToldState, action: string, payload: JsonObject): readonly string[] =>
  findAction(action)?.warnings(payload, state, { memberId: 'ada' }) ?? [];

describe('the name of a member', () => {
  test.each(UNSEEN.map((mark) => [`U+${(mark.codePointAt(0) ?? 0).toString(16)}`, mark]))('has no %s', (_, mark) => {
    for (const name of [`ADA${mark}`, `${mark}ADA`, `A${mark}DA`, mark]) {
      expect(GovernedWorld.governed().tryPropose('add_member', member('ada-2', name))).toMatchObject({
        name: 'PAYLOAD_INVALID',
      });
      const rename = { member_id: 'bob', name, level: 'blue_state', status: 'active' };
      expect(GovernedWorld.governed().tryPropose('update_member', rename)).toMatchObject({ name: 'PAYLOAD_INVALID' });
      const founders = [{ ...(genesisPayload()['members'] as JsonObject[])[0], name }] as JsonObject[];
      expect(World.empty().try(call('genesis', genesisPayload({ members: founders })))).toMatchObject({
        name: 'PAYLOAD_INVALID',
      });
    }
  });

  test.each([' ADA', 'ADA ', 'A  DA'])('has no space that is not seen: %j', (name) => {
    expect(GovernedWorld.governed().tryPropose('add_member', member('ada-2', name))).toMatchObject({
      name: 'PAYLOAD_INVALID',
    });
  });

  test.each(['Zoë Ångström', '李小龍', 'Владимир', 'محمد', 'O’Neill 3rd', 'José-María', '😀'])('may be %s', (name) => {
    expect(GovernedWorld.governed().tryPropose('add_member', member('dee', name))).toBeNull();
  });

  test.each([
    ['ada-2', 'ADA'],
    ['ada-2', 'АDА'],
    ['ada-2', 'ada'],
    ['vlc', 'VlC'],
  ])('that looks like a neighbour’s is warned of before it is signed: %s, %s', (id, name) => {
    const world = GovernedWorld.governed();
    const warnings = warningsOf(world.state, 'add_member', member(id, name));
    expect(warnings.join(' ')).toMatch(/looks like (ADA|VIC) \((ada|vic)\), who is another member/);
    const rename = { member_id: 'bob', name, level: 'blue_state', status: 'active' };
    expect(warningsOf(world.state, 'update_member', rename).join(' ')).toMatch(/looks like/);
  });

  test('of its own, and of nobody near, is no warning', () => {
    const world = GovernedWorld.governed();
    for (const [action, payload] of [
      ['add_member', addMember('dee', 'validator', [dee])],
      ['update_member', { member_id: 'bob', name: 'BOB', level: 'validator', status: 'active' }],
    ] as const)
      expect(warningsOf(world.state, action, payload).join(' ')).not.toMatch(/looks like/);
  });

  test('and that of a validator is compared with the other validators', () => {
    const payload = { validator_id: 'nodel', ...newKey(spare, 'validator/nodel') };
    expect(warningsOf(GovernedWorld.governed().state, 'add_validator', payload).join(' ')).toMatch(
      /nodel looks like node1/,
    );
  });
});

describe('a governance policy of one person', () => {
  test.each([
    ['add_member', count(1, 'validator')],
    ['set_policy', count(1)],
    ['remove_member', fraction(1, 5, 'validator')],
    ['rotate_validator', count(1)],
  ])('of %s is named loudly where there are several administrators', (action, policy) => {
    const warnings = warningsOf(GovernedWorld.governed().state, 'set_policy', setPolicy(action, policy));
    expect(warnings.join(' ')).toMatch(/ONE PERSON ALONE CAN THEN DECIDE THIS, and the chain has 3 administrators/);
  });

  test('is no such news where there is one administrator', () => {
    const world = GovernedWorld.governed({ members: ['ada', 'vic'] });
    const warnings = warningsOf(world.state, 'set_policy', setPolicy('unfreeze', count(1)));
    expect(warnings.join(' ')).not.toMatch(/ONE PERSON/);
  });
});
