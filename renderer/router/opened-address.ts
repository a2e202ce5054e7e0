import type { ShownThing } from '../../src/api/operator/opened.ts';
import { encodeLocation } from './location.ts';

/** Where the page shows what was opened from outside. */
export function openedAddress(thing: ShownThing): string {
  switch (thing.kind) {
    case 'environment':
      return encodeLocation(['environments', thing.env_id]);
    case 'proposal':
      return encodeLocation(['approvals', thing.proposal_id]);
    case 'block':
      return encodeLocation(['explorer', 'block', String(thing.index)]);
    case 'transaction':
      return encodeLocation(['explorer', 'transaction', thing.transaction_id]);
    case 'approvals':
    case 'overview':
      return encodeLocation([thing.kind]);
  }
}
