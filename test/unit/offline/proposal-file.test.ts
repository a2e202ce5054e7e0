import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeCanonicalText, type JsonObject } from '../../../src/base/canonical.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import {
  decodeProposalFile,
  encodeProposalFile,
  type ProposalFile,
} from '../../../src/ledger/documents/proposal-file.ts';
import { preStateDigest, proposalId } from '../../../src/ledger/governance/proposal.ts';
import { readValue } from '../../../src/ledger/state/recording-state.ts';
import { checkProperty } from '../../property/check-property.ts';
import { mutated, mutationArbitrary } from '../../property/mutate.ts';
import { rejectsWith } from './rejects-with.ts';
import { create, CHAIN_ID, CONTENT, promote } from '../ledger/world.ts';
import { addMember, count, dee, GovernedWorld, setPolicy } from '../ledger/governance-world.ts';
import { exportedProposal, TOLD } from './exported.ts';

const counts = { small: 1_000, soak: 20_000 };

/** Proposals of different kinds. */
function exportedFiles(): ProposalFile[] {
  const withEnvironment = GovernedWorld.governed({ policies: { promote_environment: count(2) } });
  withEnvironment.append(withEnvironment.time, [create('cartpole', { metadata: { name: 'Cärt\npole "1"' } })]);
  return [
    exportedProposal().file,
    exportedProposal('add_member', addMember('dee', 'validator', [dee])).file,
    exportedProposal('set_policy', setPolicy('unfreeze', count(3))).file,
    exportedProposal('promote_environment', promote('cartpole').payload, withEnvironment).file,
  ];
}
const files = exportedFiles();
const [file = exportedProposal().file] = files;

/** The file with its digests made anew, as an attacker would. */
function rebound(changes: Partial<ProposalFile>): ProposalFile {
  const changed = { ...file, ...changes } as ProposalFile;
  const reads = changed.reads.map(({ namespace, key, value }) => readValue({ namespace, key, before: value }));
  const pre_state = preStateDigest(changed, reads);
  return { ...changed, pre_state, proposal_id: proposalId(changed, { ...changed, pre_state }) };
}

const textOf = (value: unknown): string => `${encodeCanonicalText(value)}\n`;
const decoding =
  (value: unknown): (() => unknown) =>
  () =>
    decodeProposalFile(typeof value === 'string' ? value : textOf(value));

describe('a proposal file', () => {
  test.each(files.map((one) => [one.action, one] as const))('comes back as it was: %s', (_, one) => {
    const text = encodeProposalFile(one);
    expect(decodeProposalFile(text)).toEqual(one);
    expect(encodeProposalFile(decodeProposalFile(text))).toBe(text);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd()).not.toContain('\n');
  });

  test('may have lost its line end, or got a Windows one, on the way', () => {
    const text = encodeProposalFile(file);
    for (const other of [text.trimEnd(), `${text.trimEnd()}\r\n`, `\n${text}\n`])
      expect(decodeProposalFile(other)).toEqual(file);
  });

  test('holds the values that the proposal was made for', () => {
    const reads = exportedProposal('set_parameter', { name: 'proposal_lifetime_ms', value: 120_000 }).file.reads;
    expect(reads).toEqual([{ namespace: 'parameters', key: 'proposal_lifetime_ms', value: null }]);
    expect(file.reads.map(({ key }) => key.split('/0x')[0])).toEqual(['key', 'key', 'node2']);
  });

  test('is not written with other values than those', () => {
    rejectsWith(() => encodeProposalFile({ ...file, reads: [] }), 'DOCUMENT_INVALID', /other values/);
    rejectsWith(() => encodeProposalFile({ ...file, expires_at: file.expires_at + 1 }), 'DOCUMENT_INVALID', /id/);
  });

  test('is refused where no byte outside what is told may change, byte for byte', () => {
    const text = encodeProposalFile(file).trimEnd();
    const told = text.indexOf('"told":{') + '"told":{'.length;
    expect(text.slice(0, told)).toContain(file.proposal_id);
    let refused = 0;
    for (let index = 0; index < text.length; index++) {
      const isTold = index >= told && index < text.lastIndexOf('}}');
      if (isTold) continue;
      for (const letter of ['0', 'a', '"', ' ']) {
        if (text[index] === letter) continue;
        const changed = text.slice(0, index) + letter + text.slice(index + 1);
        // White space around the whole is no part of it.
        if (changed.trim() !== changed) continue;
        rejectsWith(decoding(changed), 'DOCUMENT_INVALID');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(told * 3);
  });

  test('is never accepted with anything but what is told changed', () => {
    let outside = 0;
    checkProperty(
      'changed proposal files',
      fc.property(fc.nat(), mutationArbitrary, (one, mutation) => {
        const original = files[one % files.length] ?? file;
        const changed = mutated(original, files, mutation) as ProposalFile | undefined;
        fc.pre(changed !== undefined);
        let accepted: ProposalFile;
        try {
          accepted = decodeProposalFile(textOf(changed));
        } catch (error) {
          rejectsWith(() => {
            throw error;
          }, /DOCUMENT_INVALID|VALUE_NOT_ALLOWED|LIMIT_EXCEEDED/);
          outside++;
          return;
        }
        // What was accepted is bound as the original is, or is another whole proposal of the others.
        const { told: _, ...bound } = accepted;
        expect(files.map(({ told: __, ...rest }) => rest)).toContainEqual(bound);
      }),
      counts,
    );
    expect(outside).toBeGreaterThan(counts.small / 3);
  });

  test('random text and bytes', () => {
    checkProperty(
      'random text',
      fc.property(fc.string({ unit: 'binary' }), (text) => rejectsWith(decoding(text), 'DOCUMENT_INVALID')),
      { small: 500, soak: 20_000 },
    );
    rejectsWith(decoding(''), 'DOCUMENT_INVALID');
    rejectsWith(decoding('\ud800'), 'DOCUMENT_INVALID');
  });

  test.each<[string, object | string, RegExp]>([
    ['another chain', { ...file, genesis: CONTENT }, /other values/],
    ['a chain of another name', { ...file, chain_id: 'other-chain' }, /proposal id/],
    ['another era', { ...file, era: 1 }, /other values/],
    ['no genesis', rebound({ genesis: `0x${'0'.repeat(64)}` as ProposalFile['genesis'] }), /genesis/],
    ['a chain id that is none', rebound({ chain_id: 'Über' }), /chain_id/],
    ['another id', { ...file, proposal_id: CONTENT }, /proposal id/],
    ['another pre-state', { ...file, pre_state: CONTENT }, /other values/],
    ['another format', { ...file, format: 'quantum-lock/proposal/v4' }, /format/],
    ['a field too many', { ...file, note: 'harmless' }, /note/],
    ['a field of the prototype', `{"__proto__":1,${textOf(file).slice(1)}`, /belong|does not fit|canonical/],
    ['a field too few', Object.fromEntries(Object.entries(file).filter(([key]) => key !== 'told')), /told/],
    ['a field too many in what is told', { ...file, told: { ...TOLD, note: 'x' } }, /told/],
    ['a payload that the action does not take', rebound({ payload: { validator_id: 'node2' } }), /public_key/],
    ['an action that there is not', rebound({ action: 'explode' }), /explode/],
    ['an action that cannot be proposed', rebound({ action: 'freeze', payload: { reason: 'x' } }), /freeze/],
    ['a batch of nothing', rebound({ action: 'batch', payload: { operations: [] } }), /operations/],
    [
      'a namespace that there is not',
      rebound({ reads: [{ namespace: 'secrets' as never, key: 'x', value: 1 }] }),
      /namespace/,
    ],
    ['values in another order', { ...file, reads: file.reads.toReversed() }, /other values/],
    ['too large', ' '.repeat(PROPOSAL_FILE_SIZE_BYTES_MAX + 1), /larger/],
    ['white space inside', JSON.stringify(file, null, 2), /canonical/],
    ['nested without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /canonical/],
  ])('is refused with %s', (_, value, message) => {
    rejectsWith(decoding(value), 'DOCUMENT_INVALID', message);
  });

  test('with a rebound payload has another id, so that no approval of the first counts for it', () => {
    const payload: JsonObject = { ...file.payload, validator_id: 'node3' };
    const other = rebound({ payload });
    expect(decodeProposalFile(textOf(other)).proposal_id).not.toBe(file.proposal_id);
    expect(other.chain_id).toBe(CHAIN_ID);
  });
});
