import type { QueryValues } from '../../../router/location.ts';

/** How far somebody came. */
export interface StepFacts {
  readonly registered: boolean;
  /** Something is Green, or was. */
  readonly promoted: boolean;
  readonly proposed: boolean;
  /** A proposal had its approvals and was executed. */
  readonly approved: boolean;
  /** A proof was checked by a page of this session. */
  readonly proofChecked: boolean;
  readonly backedUp: boolean;
  readonly rehearsed: boolean;
}

export interface FirstStep {
  readonly fact: keyof StepFacts;
  readonly title: string;
  readonly how: string;
  readonly link: { readonly words: string; readonly to: readonly string[]; readonly query: QueryValues };
}

/** From nothing to a second person's approval, a proof and a rehearsed restore, in the order in which each rests on the one before. */
export const FIRST_STEPS: readonly FirstStep[] = [
  {
    fact: 'registered',
    title: 'Register an environment',
    how: 'Choose a directory: its files are hashed and stored, and the chain records what they were. It begins Blue.',
    link: { words: 'Register…', to: ['environments'], query: { do: 'register' } },
  },
  {
    fact: 'promoted',
    title: 'Promote it to Green',
    how: 'Open it and press Promote. You see what changes before you sign.',
    link: { words: 'Show me where', to: ['environments'], query: {} },
  },
  {
    fact: 'proposed',
    title: 'Propose what nobody may do alone',
    how: 'Protect it, for instance: from then on, a promotion needs the approvals of several people.',
    link: { words: 'Protect…', to: ['members', 'policies'], query: { do: 'protect' } },
  },
  {
    fact: 'approved',
    title: 'Approve it as a second person',
    how: 'A sandbox has three administrators on this machine. Change who acts at the top right, or with the key i; then approve.',
    link: { words: 'Show me where', to: ['approvals'], query: {} },
  },
  {
    fact: 'proofChecked',
    title: 'Look at a proof',
    how: 'Choose a transaction of the audit log and press Proof: this page checks it by itself, and any verifier can.',
    link: { words: 'Show me where', to: ['audit'], query: {} },
  },
  {
    fact: 'backedUp',
    title: 'Make a backup',
    how: 'Name a folder to keep copies in. Each copy is verified after it is written.',
    link: { words: 'Show me where', to: ['recovery', 'backups'], query: {} },
  },
  {
    fact: 'rehearsed',
    title: 'Rehearse the restore',
    how: 'The newest backup is restored into a scratch directory and compared, root by root.',
    link: { words: 'Show me where', to: ['recovery', 'backups'], query: {} },
  },
];

/** The first step that is not done; null where all are. */
export function nextStep(facts: StepFacts): FirstStep | null {
  return FIRST_STEPS.find(({ fact }) => !facts[fact]) ?? null;
}
