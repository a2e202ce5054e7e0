import { z } from 'zod';
import {
  PROPOSAL_LIFETIME_MS_MAX,
  PROPOSAL_LIFETIME_MS_MIN,
  TRANSACTION_WINDOW_MS_MAX,
  TRANSACTION_WINDOW_MS_MIN,
} from '../../base/limits.ts';
import { durationWords } from '../../base/duration-words.ts';
import { readTransactionWindow, setTransactionWindow } from '../governance/transaction-window.ts';
import { reject } from '../rejections.ts';
import { defineAction } from './action.ts';
import { GOVERNANCE } from './governance.ts';
import { readProposalLifetime } from '../governance/proposal.ts';

const PARAMETER_WORDS = {
  transaction_window_ms: 'the transaction window',
  proposal_lifetime_ms: 'the longest life of a proposal',
} as const;

const whole = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);

/** One of the chain's settings. */
export const setParameter = defineAction({
  ...GOVERNANCE,
  name: 'set_parameter',
  payload: z.discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('transaction_window_ms'),
      value: whole(TRANSACTION_WINDOW_MS_MIN, TRANSACTION_WINDOW_MS_MAX),
    }),
    z.strictObject({
      name: z.literal('proposal_lifetime_ms'),
      value: whole(PROPOSAL_LIFETIME_MS_MIN, PROPOSAL_LIFETIME_MS_MAX),
    }),
  ]),
  title: ({ name, value }) => `Set ${PARAMETER_WORDS[name]} to ${durationWords(value)}`,
  summarize: ({ name, value }) => `Set ${name} to ${value}.`,
  apply({ state, timestamp }, { name, value }) {
    switch (name) {
      case 'transaction_window_ms':
        if (readTransactionWindow(state).windowMs === value) return reject('STATE_UNCHANGED', name);
        setTransactionWindow(state, value, timestamp);
        return null;
      case 'proposal_lifetime_ms':
        if (readProposalLifetime(state) === value) return reject('STATE_UNCHANGED', name);
        state.put('parameters', name, value);
        return null;
    }
  },
});
