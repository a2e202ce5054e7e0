import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../../src/base/canonical.ts';
import {
  decodeApproval,
  encodeApproval,
  encodeApprovalLine,
  signApproval,
  verifyApproval,
  type Approval,
} from '../../../src/ledger/documents/approval.ts';
import { decodeKeyCard, encodeKeyCard, isKeySubject, makeKeyCard } from '../../../src/ledger/documents/key-card.ts';
import { checkProperty } from '../../property/check-property.ts';
import { mutated, mutationArbitrary } from '../../property/mutate.ts';
import { ben, dee, GovernedWorld, node2, withValidator } from '../ledger/governance-world.ts';
import { CONTENT, OTHER } from '../ledger/world.ts';
import { currentChain } from '../../vectors/chain-builder.ts';
import { exportedProposal } from './exported.ts';
import { rejectsWith } from './rejects-with.ts';

const counts = { small: 500, soak: 10_000 };
const approval = signApproval({ ...currentChain(), proposal_id: CONTENT }, ben.secret);
const twin = signApproval({ ...currentChain(), proposal_id: OTHER }, dee.secret);

describe('an approval', () => {
  test('comes back as it was, as a file and as a line', () => {
    expect(decodeApproval(encodeApproval(approval))).toEqual(approval);
    const line = encodeApprovalLine(approval);
    expect(line).toMatch(
      /^quantum-lock-approval-v2:test-chain:0x[0-9a-f]{64}:0:0x[0-9a-f]{64}:0x0[23][0-9a-f]{64}:0x[0-9a-f]{128}$/,
    );
    expect(decodeApproval(line)).toEqual(approval);
    expect(decodeApproval(`\n ${line}\r\n`)).toEqual(approval);
  });

  test.each(['it was tried', 'a:b “c” %3A\n\u202E ü 🚀', 'x'.repeat(150), 'あ'.repeat(150)])(
    'carries the reason %j, signed',
    (reason) => {
      const given = signApproval({ ...currentChain(), proposal_id: CONTENT }, ben.secret, reason);
      expect(given).toMatchObject({ reason });
      expect(decodeApproval(encodeApproval(given))).toEqual(given);
      const line = encodeApprovalLine(given);
      expect(line).toMatch(/^[!-~]+$/);
      expect(line.split(':')).toHaveLength(8);
      expect(decodeApproval(line)).toEqual(given);
      for (const changed of [
        { ...given, reason: `${reason}?` },
        { ...given, reason: undefined },
      ])
        expect(verifyApproval(changed)).toBe(false);
    },
  );

  test('is refused with a reason that is too long, empty, or written in another way', () => {
    const given = encodeApprovalLine(signApproval({ ...currentChain(), proposal_id: CONTENT }, ben.secret, 'a b'));
    expect(given.endsWith(':a%20b')).toBe(true);
    for (const said of ['a b', 'a%2', 'a%20%62', '%ff', '', 'a%20b:', 'x'.repeat(151)])
      rejectsWith(() => decodeApproval(given.replace(':a%20b', `:${said}`)), 'DOCUMENT_INVALID');
    const long = signApproval({ ...currentChain(), proposal_id: CONTENT }, ben.secret, 'x'.repeat(151));
    rejectsWith(() => decodeApproval(encodeApproval(long)), 'DOCUMENT_INVALID');
  });

  test('counts on the chain that it names, once it is carried in', () => {
    const { world, file } = exportedProposal();
    const { public_key, signature } = signApproval(file, ben.secret);
    world.must('carry_approvals', { proposal_id: file.proposal_id, approvals: [{ public_key, signature }] });
    expect(world.status(file.proposal_id)).toBe('executed');
  });

  test('is worth nothing for another proposal, chain or key', () => {
    for (const changes of [
      { proposal_id: OTHER },
      { chain_id: 'other' },
      { genesis: OTHER },
      { era: 1 },
      { public_key: dee.publicKey },
    ]) {
      const changed: Approval = { ...approval, ...changes };
      expect(verifyApproval(changed)).toBe(false);
      rejectsWith(() => decodeApproval(encodeApproval(changed)), 'DOCUMENT_INVALID', /not signed/);
      rejectsWith(() => decodeApproval(encodeApprovalLine(changed)), 'DOCUMENT_INVALID', /not signed/);
    }
    const world = GovernedWorld.governed();
    const id = world.propose('add_validator', withValidator('node2', node2));
    for (const changes of [{ chain_id: 'other' }, { genesis: OTHER }, { era: 1 }]) {
      const elsewhere = signApproval({ ...world.chain, ...changes, proposal_id: id }, ben.secret);
      const { public_key, signature } = elsewhere;
      expect(world.ask('carry_approvals', { proposal_id: id, approvals: [{ public_key, signature }] })).toMatchObject({
        name: 'APPROVAL_INVALID',
      });
    }
  });

  test('is never accepted changed', () => {
    checkProperty(
      'changed approvals',
      fc.property(mutationArbitrary, (mutation) => {
        const changed = mutated(approval, [twin], mutation);
        fc.pre(changed !== undefined);
        const text = textOf(changed);
        fc.pre(text !== null);
        rejectsWith(() => decodeApproval(text), 'DOCUMENT_INVALID');
      }),
      counts,
    );
    const line = encodeApprovalLine(approval);
    checkProperty(
      'changed lines',
      fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const changed = line.slice(0, at) + letter + line.slice(at + 1);
        fc.pre(changed.trim() !== line);
        rejectsWith(() => decodeApproval(changed), 'DOCUMENT_INVALID');
      }),
      counts,
    );
  });

  test.each([
    '',
    'quantum-lock-approval-v1',
    'quantum-lock-approval-v1:',
    'quantum-lock-approval-v1:::::',
    `${encodeApprovalLine(approval)}:x`,
    encodeApprovalLine(approval).slice(0, -1),
    encodeApprovalLine(approval).replace('quantum', 'Quantum'),
    'quantum-lock-approval-v1:\ud800:a:b:c',
    'x'.repeat(2_000),
    `quantum-lock-approval-v1:${'x'.repeat(2_000)}`,
    JSON.stringify(approval, null, 1),
  ])('is refused as %j', (text) => {
    rejectsWith(() => decodeApproval(text), 'DOCUMENT_INVALID');
  });
});

describe('a key card', () => {
  const world = GovernedWorld.governed();
  const card = makeKeyCard({ chain: world.chain, subject: 'validator/node2' }, node2.secret);

  test('comes back as it was, and brings its key onto the chain', () => {
    expect(decodeKeyCard(encodeKeyCard(card))).toEqual(card);
    expect(decodeKeyCard(JSON.stringify(card, null, 2))).toEqual(card);
    const { public_key, proof } = card;
    world.decide('add_validator', { validator_id: 'node2', public_key, proof });
    expect(world.validator('node2')).toMatchObject({ public_key: node2.publicKey });
  });

  test('holds no secret', () => {
    expect(encodeKeyCard(card)).not.toContain(encodeHex(node2.secret).slice(2));
  });

  test.each<[string, object]>([
    ['another subject', { ...card, subject: 'validator/node3' }],
    ['a chain of another name', { ...card, chain_id: 'other' }],
    ['another chain of the name', { ...card, genesis: OTHER }],
    ['another era', { ...card, era: 1 }],
    ['no genesis', { ...card, genesis: `0x${'0'.repeat(64)}` }],
    ['another key', { ...card, public_key: dee.publicKey }],
    ['no subject', { ...card, subject: 'node2' }],
    ['a subject of another kind', { ...card, subject: 'environment/node2' }],
    ['a field too many', { ...card, name: 'Node 2' }],
    ['another format', { ...card, format: 'quantum-lock/approval/v2' }],
  ])('is refused with %s', (_, changed) => {
    rejectsWith(() => decodeKeyCard(textOf(changed) ?? ''), 'DOCUMENT_INVALID');
  });

  test.each(['', '{', 'null', '[]', `{"a":"${'x'.repeat(2_000)}"}`])('is not %j', (text) => {
    rejectsWith(() => decodeKeyCard(text), 'DOCUMENT_INVALID', /key card/);
  });

  test('knows a subject', () => {
    for (const subject of ['member/ada', 'validator/authority-1', 'member/a.b_c-d'])
      expect(isKeySubject(subject)).toBe(true);
    for (const subject of [
      '',
      'member/',
      'member',
      'members/ada',
      'member/a/b',
      'member/a b',
      'x/member/ada',
      'member/a\n',
    ])
      expect(isKeySubject(subject)).toBe(false);
  });
});

/** Null for what cannot be written as canonical JSON. */
function textOf(value: unknown): string | null {
  try {
    return encodeCanonicalText(value);
  } catch {
    return null;
  }
}
