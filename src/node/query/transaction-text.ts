import type { Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { Operation } from '../../ledger/governance/action.ts';
import type { ProposalRecord } from '../../ledger/state/records.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';

/** What is searched, listed and shown of a transaction. */

const TEXT_LENGTH_MAX = 2_000;

type Told = Pick<Transaction, 'action' | 'payload'>;

export function operationsOf(transaction: Told): readonly Operation[] {
  return findAction(transaction.action)?.operations(transaction.payload) ?? [];
}

export function summaryOf(transaction: Transaction): string {
  return findAction(transaction.action)?.summarize(transaction.payload) ?? transaction.action;
}

const END_WORDS: Readonly<Record<ProposalRecord['status'], string>> = {
  open: '',
  executed: ' It was executed.',
  rejected: ' That ended it: rejected.',
  withdrawn: '',
  stale: ' It ended stale: the state had changed.',
};

/** What is about a proposal names it; a vote says its result too, and a comment what it says. */
export function summaryOfVote({ action, payload }: Told, proposal: ProposalRecord, id: Hash): string {
  const title = findAction(proposal.action)?.title(proposal.payload) ?? proposal.action;
  const end = proposal.closed_by === id ? END_WORDS[proposal.status] : '';
  const { ofProposal } = findAction(action) ?? {};
  const quoted = ofProposal?.quoted?.(payload);
  return `${ofProposal?.done ?? action}: ${title}.${end}${quoted === undefined ? '' : ` “${quoted}”`}`;
}

/** Environments that it changes, each once. */
export function environmentsOf(transaction: Told): readonly string[] {
  return [...new Set(operationsOf(transaction).flatMap(({ envId }) => (envId === null ? [] : [envId])))];
}

/** The sentence that a row shows. */
export function sentenceOf(transaction: Transaction, proposal: ProposalRecord | null, id: Hash): string {
  return proposal === null ? summaryOf(transaction) : summaryOfVote(transaction, proposal, id);
}

/**
 * What of a transaction is searched: everything that its row shows (the sentence, the action in words, who signed it by the
 * name of that time), its zones, and the strings of its payload.
 */
export function searchText(
  transaction: Transaction,
  { id, proposal, by }: { readonly id: Hash; readonly proposal: ProposalRecord | null; readonly by: string },
): string {
  const { action, sender, recipient, payload } = transaction;
  const words: string[] = [action, action.replaceAll('_', ' '), sender, recipient, by];
  words.push(sentenceOf(transaction, proposal, id));
  if (proposal !== null) words.push(...environmentsOf(proposal));
  let length = 0;
  const collect = (value: Json): void => {
    if (length > TEXT_LENGTH_MAX) return;
    if (typeof value === 'string') {
      words.push(value);
      length += value.length;
    } else if (typeof value === 'number') words.push(String(value));
    else if (Array.isArray(value)) for (const item of value) collect(item as Json);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item);
  };
  collect(payload);
  return words.join(' ');
}
