import type { ActionOptions } from '../governance/action.ts';

/** What every governance action has in common: where it stands, and that two thirds of the administrators approve it. */
export const GOVERNANCE = {
  kind: 'governance',
  zones: { sender: 'governance', recipient: 'governance' },
  defaultPolicy: { mode: 'multisig', role: 'administrator', threshold: { numerator: 2, denominator: 3 } },
} as const satisfies Partial<ActionOptions<never>>;

/** The actions that carry the others: any active member may send them, and each says itself who may vote. */
export const CONTROL = {
  kind: 'control',
  zones: { sender: 'governance', recipient: 'governance' },
  defaultPolicy: { mode: 'direct', permission: 'read_blockchain' },
} as const satisfies Partial<ActionOptions<never>>;
