import { z } from 'zod';
import { durationWords } from '../../base/duration-words.ts';
import { PARAMETERS } from '../governance/parameters.ts';
import { readTransactionWindow, setTransactionWindow } from '../governance/transaction-window.ts';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { GOVERNANCE } from './governance.ts';
import { readProposalLifetime } from '../governance/proposal.ts';
import { parameterValue } from './fields.ts';

/** One of the chain's settings. */
export const setParameter = defineAction({
  ...GOVERNANCE,
  subject: 'Changing a setting of the chain',
  name: 'set_parameter',
  payload: z.discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('transaction_window_ms'),
      value: parameterValue(PARAMETERS.transaction_window_ms),
    }),
    z.strictObject({
      name: z.literal('proposal_lifetime_ms'),
      value: parameterValue(PARAMETERS.proposal_lifetime_ms),
    }),
  ]),
  title: ({ name, value }) => `Set ${PARAMETERS[name].phrase} to ${durationWords(value)}`,
  summarize: ({ name, value }) => `Set ${name} to ${value}.`,
  describe({ name, value }, before) {
    const { describe, afterwards } = PARAMETERS[name];
    const now = before.get('parameters', name);
    const until = typeof now === 'number' ? `Until now: ${durationWords(now)}.` : '';
    return [describe(value), until, afterwards].filter((part) => part !== '').join(' ');
  },
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
