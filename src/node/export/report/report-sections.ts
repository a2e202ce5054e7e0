import { findAction } from '../../../ledger/actions/registry.ts';

/** What a report tells apart, in the order in which it does. */
export const SECTIONS = [
  { id: 'promotions', isOfEnvironments: true, title: 'Promotions to Green', none: 'Nothing was promoted to Green.' },
  { id: 'recalls', isOfEnvironments: true, title: 'Recalls', none: 'Nothing was recalled.' },
  { id: 'rollbacks', isOfEnvironments: true, title: 'Rollbacks', none: 'Nothing was rolled back.' },
  {
    id: 'decisions',
    isOfEnvironments: false,
    title: 'Proposals, approvals and rejections',
    none: 'Nothing was proposed, approved or rejected.',
  },
  { id: 'urgent', isOfEnvironments: false, title: 'Freezes', none: 'The chain was not frozen.' },
  {
    id: 'governance',
    isOfEnvironments: false,
    title: 'Members, keys, validators and settings',
    none: 'Nobody’s rights and no setting changed.',
  },
  {
    id: 'environments',
    isOfEnvironments: true,
    title: 'Other changes of environments',
    none: 'No environment changed otherwise.',
  },
] as const;
export type SectionId = (typeof SECTIONS)[number]['id'];

const BY_LINEAGE: Readonly<Record<string, SectionId>> = {
  promote: 'promotions',
  recall: 'recalls',
  rollback: 'rollbacks',
};

/** Where a transaction is told: by the most important of what it did; a vote that did nothing yet is a decision. */
export function sectionOf(action: string, done: readonly string[]): SectionId {
  const places = done.map(placeOf);
  for (const { id } of SECTIONS) if (id !== 'decisions' && places.includes(id)) return id;
  return findAction(action)?.ofProposal === null ? placeOf(action) : 'decisions';
}

function placeOf(name: string): SectionId {
  const action = findAction(name);
  if (action === undefined) return 'environments';
  if (action.lineage !== null) return BY_LINEAGE[action.lineage.kind] ?? 'environments';
  if (action.isUrgent) return 'urgent';
  return action.kind === 'environment' ? 'environments' : 'governance';
}
