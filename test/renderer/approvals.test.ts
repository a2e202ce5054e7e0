import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';

import type { ProposalRow, ProposalView } from '../../src/api/chain/proposals.ts';
import type { Identity, KeysView } from '../../src/api/operator/keys.ts';
import { encodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { encodeApproval, encodeApprovalLine, signApproval } from '../../src/ledger/documents/approval.ts';
import { splitIntoFrames } from '../../src/ledger/documents/qr-frames.ts';
import type { Location } from '../../renderer/router/location.ts';
import { mismatch } from '../../renderer/screens/approvals/offline/mismatch.ts';
import { ApprovalReader } from '../../renderer/screens/approvals/offline/read-approvals.ts';
import { deflate } from '../../renderer/screens/approvals/offline/zlib.ts';
import {
  leadWords,
  missingAfterApprovalOf,
  missingApprovals,
  peopleWords,
  rowWords,
} from '../../renderer/proposals/proposal-words.ts';
import { conversationOf } from '../../renderer/proposals/conversation.ts';
import { proposalItems } from '../../renderer/shell/palette/proposal-items.ts';
import { changedValues } from '../../renderer/signing/changed-values.ts';
import { createNodeState } from '../../renderer/stores/node-state.ts';
import { noteWaiting } from '../../renderer/stores/note-waiting.ts';
import { createPageState } from '../../renderer/stores/page-state.ts';
import { FAKE_CHAIN, fakeHash } from './fake-values.ts';

const person = (name: string) => ({ member_id: name.toLowerCase().replaceAll(' ', '-'), name });

function row(number: number, changes: Partial<ProposalRow> = {}): ProposalRow {
  return {
    proposal_id: fakeHash(12, number),
    title: `Add validator authority-${number}`,
    action: 'add_validator',
    env_id: null,
    status: 'open',
    proposer: person('Operations 2'),
    proposed_at: 0,
    expires_at: 1_000,
    closed_at: null,
    requirements: [{ role: 'administrator', needed: 2, holders: 3, approvals: 1, rejections: 0 }],
    stale: false,
    waiting_for: [person('Operations 1'), person('Security lead')],
    ...changes,
  };
}

describe('the conversation about a proposal', () => {
  const vote = (name: string, number: number, more: object = {}) => ({
    member: person(name),
    decision: 'approve',
    reason: null,
    voted_at: number,
    transaction_id: fakeHash(13, number),
    carried_by: null,
    ...more,
  });
  const comment = (name: string, number: number, text: string) => ({
    member: person(name),
    text,
    commented_at: number,
    transaction_id: fakeHash(14, number),
  });
  /** The turns as a person reads them. */
  function turnsOf(changes: object): string[] {
    const proposal = {
      ...row(1),
      transaction_id: fakeHash(13, 0),
      closed_by: null,
      votes: [],
      comments: [],
      ...changes,
    };
    return conversationOf(proposal as unknown as ProposalView).map(({ who, did, text }) =>
      [who?.name, did, text].filter((part) => part !== null && part !== undefined).join(' '),
    );
  }

  it('is what was said and done, the oldest first', () => {
    expect(
      turnsOf({
        votes: [vote('Operations 2', 0), vote('Security lead', 30, { decision: 'reject', reason: 'not yet' })],
        comments: [comment('Operations 1', 20, 'why?'), comment('Operations 2', 40, 'it was asked for')],
      }),
    ).toEqual([
      'Operations 2 proposed this, and approves it',
      'Operations 1 commented why?',
      'Security lead rejected not yet',
      'Operations 2 commented it was asked for',
    ]);
  });

  it('ends with the vote that ended it, and goes on after that', () => {
    const votes = [vote('Operations 1', 30, { reason: 'tried', carried_by: person('Dot') })];
    const comments = [comment('Operations 1', 30, 'of the same block'), comment('Dot', 50, 'it works')];
    const closed = { status: 'executed', closed_at: 30, closed_by: fakeHash(13, 30), votes, comments };
    expect(turnsOf(closed)).toEqual([
      'Operations 2 proposed this',
      'Operations 1 approved, signed elsewhere and imported by Dot tried',
      'executed',
      'Operations 1 commented of the same block',
      'Dot commented it works',
    ]);
    // What withdrew it is no vote, and expiring is nobody's.
    expect(turnsOf({ ...closed, status: 'withdrawn', closed_by: fakeHash(15, 1), closed_at: 40 }).slice(-2)).toEqual([
      'withdrawn',
      'Dot commented it works',
    ]);
    expect(turnsOf({ ...closed, status: 'expired', closed_by: null, closed_at: null }).slice(-2)).toEqual([
      'Dot commented it works',
      'expired',
    ]);
  });
});

describe('how a proposal is spoken of', () => {
  const administrators = { role: 'administrator', needed: 3, approvals: 1 } as const;
  const validators = { role: 'validator', needed: 2, approvals: 1 } as const;

  it('misses as many approvals as the requirement that misses the most', () => {
    expect(missingApprovals([administrators, validators])).toBe(2);
    expect(missingApprovals([])).toBe(0);
  });

  it('counts an approval only where its level has a say', () => {
    expect(missingAfterApprovalOf('administrator', [administrators, validators])).toBe(1);
    expect(missingAfterApprovalOf('validator', [administrators, validators])).toBe(2);
    expect(missingAfterApprovalOf('no level', [validators])).toBe(1);
  });

  it('says whether the approval makes it happen', () => {
    expect(leadWords([validators], 'validator')).toBe('If you approve, this happens at once:');
    expect(leadWords([administrators], 'administrator')).toBe('If you approve, this happens once 1 more has approved:');
    expect(leadWords([administrators], null)).toBe('Once 2 more have approved, this happens:');
    expect(leadWords([{ ...validators, approvals: 2 }], null)).toMatch(/^Its approvals are complete\./);
  });

  it('names two people, and counts the rest', () => {
    expect(peopleWords([])).toBe('nobody');
    expect(peopleWords([person('A'), person('B')])).toBe('A and B');
    expect(peopleWords([person('A'), person('B'), person('C')])).toBe('A, B and 1 other');
    expect(rowWords(row(1), false)).toBe('1 of 2 · waits for Operations 1 and Security lead');
  });
});

describe('what a signature changes', () => {
  it('keeps what is known only at the commit apart from what is known now', () => {
    const [value] = changedValues([
      { namespace: 'validators', key: 'authority-5', path: 'added_at', after: 7, set_at_commit: 'time' },
    ]);
    expect(value).toMatchObject({ path: 'added_at', after: 7, setAtCommit: 'time' });
  });
});

describe('calling the person', () => {
  const identity = (name: string, acting: boolean): Identity =>
    ({ name, acting, member: { ...person(name), level: 'administrator', status: 'active' } }) as Identity;
  const keys = (name: string): KeysView => ({
    identities: [identity(name, true)],
    key_file: 'open',
    unlocked_key_id: null,
    unlocked_until: null,
  });
  const open = (...rows: readonly ProposalRow[]) => ({ rows, total: rows.length });

  function watched() {
    const location = createStore<Location>(() => ({ segments: ['overview'], query: new URLSearchParams() }));
    const node = createNodeState();
    const page = createPageState();
    noteWaiting({
      node,
      page,
      router: { location, restarts: createStore(() => 0), go: () => undefined, back: () => undefined },
    });
    return { node, page, location, calls: () => page.getState().calls.map(({ title }) => title) };
  }

  it('is for what begins to wait, not for what waited before', () => {
    const { node, calls } = watched();
    node.setState({ keys: keys('Operations 1'), proposals: open(row(1)) });
    expect(calls()).toEqual([]);
    node.setState({ proposals: open(row(1), row(2)) });
    expect(calls()).toEqual(['Add validator authority-2']);
    node.setState({ proposals: open(row(1), row(2), row(3, { waiting_for: [person('Security lead')] })) });
    expect(calls()).toEqual(['Add validator authority-2']);
  });

  it('ends when the proposal no longer waits, or the list is opened', () => {
    const { node, location, calls } = watched();
    node.setState({ keys: keys('Operations 1'), proposals: open() });
    node.setState({ proposals: open(row(1), row(2)) });
    expect(calls()).toHaveLength(2);
    node.setState({ proposals: open(row(1)) });
    expect(calls()).toEqual(['Add validator authority-1']);
    location.setState({ segments: ['approvals'] });
    expect(calls()).toEqual([]);
    node.setState({ proposals: open(row(1), row(3)) });
    expect(calls()).toEqual([]);
  });

  it('does not follow from choosing another identity', () => {
    const { node, calls } = watched();
    node.setState({ keys: keys('Auditor'), proposals: open(row(1)) });
    node.setState({ keys: keys('Operations 1') });
    expect(calls()).toEqual([]);
  });
});

describe('proposals in the palette', () => {
  const known = {
    waiting: { mine: [row(1)], others: [row(2)], total: 2, known: true },
    ended: [row(3, { status: 'executed' })],
  };
  const titles = (text: string): readonly string[] => proposalItems(text, known).map(({ title }) => title);

  it('are found by words of the title and by the beginning of the id', () => {
    expect(titles('validator 2')).toEqual(['Add validator authority-2']);
    expect(titles(row(3).proposal_id.slice(0, 10))).toEqual(['Add validator authority-3']);
    expect(titles('nothing of this kind')).toEqual([]);
    expect(titles('0x')).toEqual([]);
  });

  it('can be approved where they wait for the person, and nowhere else', () => {
    expect(titles('approve')).toEqual(['Approve: Add validator authority-1…']);
    expect(titles('approve authority-2')).toEqual([]);
    expect(titles('')).toEqual(['Approve: Add validator authority-1…']);
  });
});

describe('reading approvals', () => {
  const proposalId = fakeHash(12, 1);
  const sign = (secret: number, chain = 'main', proposal: Hash = proposalId) =>
    signApproval({ ...FAKE_CHAIN, chain_id: chain, proposal_id: proposal }, new Uint8Array(32).fill(secret));

  it('takes several at once, as files and as lines', async () => {
    const text = `${encodeApproval(sign(1))}\n${encodeApprovalLine(sign(2))}\n`;
    expect((await new ApprovalReader().read(text)).approvals).toEqual([sign(1), sign(2)]);
  });

  it('takes the parts of a code in any order, and tells how many are missing', async () => {
    const frames = splitIntoFrames(encodeUtf8(encodeApproval(sign(1))));
    const reader = new ApprovalReader();
    const last = frames.at(-1) ?? '';
    expect(await reader.read(last)).toEqual({
      approvals: [],
      parts: { total: frames.length, missing: frames.length - 1 },
    });
    expect(await reader.read(frames.slice(0, -1).join('\n'))).toEqual({ approvals: [sign(1)], parts: null });
  });

  it('inflates what was compressed for fewer parts, and nothing that grows beyond measure', async () => {
    const frames = splitIntoFrames(await deflate(encodeUtf8(encodeApproval(sign(1))) as Uint8Array<ArrayBuffer>));
    expect((await new ApprovalReader().read(frames.join('\n'))).approvals).toEqual([sign(1)]);
    const bomb = splitIntoFrames(await deflate(new Uint8Array(4 * 1024 * 1024)));
    await expect(new ApprovalReader().read(bomb.join('\n'))).rejects.toThrow(/do not hold a document/);
  });

  it('refuses nothing at all, and what was changed on the way', async () => {
    await expect(new ApprovalReader().read(' \n')).rejects.toThrow(/the approval/);
    const forged = { ...sign(1), public_key: sign(2).public_key };
    await expect(new ApprovalReader().read(encodeApprovalLine(forged))).rejects.toThrow(/not signed by the key/);
  });

  it('belongs to this chain and this proposal, or says to which', () => {
    const chain = { ...FAKE_CHAIN, chain_id: 'main' };
    const here = { chain, proposalId };
    expect(mismatch(sign(1), here)).toBeNull();
    expect(mismatch(sign(1), { chain, proposalId: null })).toBeNull();
    expect(mismatch(sign(1, 'other'), here)?.code).toBe('OTHER_CHAIN');
    expect(mismatch(sign(1, 'main', fakeHash(12, 2)), here)?.code).toBe('OTHER_PROPOSAL');
  });
});
