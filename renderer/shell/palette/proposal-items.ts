import type { ProposalRow } from '../../../src/api/chain/proposals.ts';
import { encodeLocation } from '../../router/location.ts';
import type { Waiting } from '../../stores/use-waiting.ts';
import type { PaletteItem } from './palette-item.ts';

const FOUND_MAX = 6;

interface Known {
  readonly waiting: Waiting;
  readonly ended: readonly ProposalRow[];
}

/** Proposals whose title holds every word of the text, or whose id begins with it; those that wait for the person first. */
export function proposalItems(text: string, { waiting, ended }: Known): readonly PaletteItem[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return waiting.mine.slice(0, FOUND_MAX).map(approveItem);
  const matches = ({ title, proposal_id }: ProposalRow): boolean =>
    words.every((word) => title.toLowerCase().includes(word)) ||
    (words.length === 1 && words.every((word) => word.length >= 4 && proposal_id.startsWith(word)));
  const [first = ''] = words;
  const approving = 'approve'.startsWith(first)
    ? waiting.mine.filter(({ title }) => words.slice(1).every((word) => title.toLowerCase().includes(word)))
    : [];
  const found = [...waiting.mine, ...waiting.others, ...ended].filter(matches).slice(0, FOUND_MAX);
  return [...approving.slice(0, FOUND_MAX).map(approveItem), ...found.map(openItem)];
}

function openItem({ proposal_id: id, title, status, proposer }: ProposalRow): PaletteItem {
  return {
    id: `proposal ${id}`,
    kind: 'proposal',
    title,
    named: null,
    subtitle: `${status}, by ${proposer.name}`,
    shortcut: null,
    run: ({ router }) => router.go(encodeLocation(['approvals', id])),
  };
}

function approveItem({ proposal_id: id, title }: ProposalRow): PaletteItem {
  return {
    id: `approve ${id}`,
    kind: 'waits',
    title: `Approve: ${title}…`,
    named: null,
    subtitle: 'waits for you',
    shortcut: null,
    run: ({ router }) => router.go(encodeLocation(['approvals', id])),
  };
}
