import { durationWords } from '../../base/duration-words.ts';
import {
  PROPOSAL_LIFETIME_MS,
  PROPOSAL_LIFETIME_MS_MAX,
  PROPOSAL_LIFETIME_MS_MIN,
  TRANSACTION_WINDOW_MS,
  TRANSACTION_WINDOW_MS_MAX,
  TRANSACTION_WINDOW_MS_MIN,
} from '../../base/limits.ts';

/** A setting of the chain that its administrators may change, in milliseconds. */
export interface Parameter {
  /** What holds where the chain has none of its own. */
  readonly usual: number;
  readonly least: number;
  readonly greatest: number;
  readonly title: string;
  /** As one says it after "set": "the transaction window". */
  readonly phrase: string;
  /** What it is, as one says it after a dash. */
  readonly meaning: string;
  /** The result of a smaller or a greater one, as a sentence. */
  readonly consequence: string;
  /** What holds with such a value, as a sentence. */
  describe(value: number): string;
  /** What else comes of a change, as a sentence; empty where nothing does. */
  readonly afterwards: string;
}

export const PARAMETERS = {
  transaction_window_ms: {
    usual: TRANSACTION_WINDOW_MS,
    least: TRANSACTION_WINDOW_MS_MIN,
    greatest: TRANSACTION_WINDOW_MS_MAX,
    title: 'Age of a transaction',
    phrase: 'the transaction window',
    meaning: "how far a transaction's time may be from its block's",
    consequence: 'A shorter window refuses slow machines and wrong clocks.',
    describe: (value) => `A transaction's time may be at most ${durationWords(value)} from its block's.`,
    afterwards: 'What was signed before the change and not yet accepted must be signed again.',
  },
  proposal_lifetime_ms: {
    usual: PROPOSAL_LIFETIME_MS,
    least: PROPOSAL_LIFETIME_MS_MIN,
    greatest: PROPOSAL_LIFETIME_MS_MAX,
    title: 'Lifetime of a proposal',
    phrase: 'the longest life of a proposal',
    meaning: 'how long a proposal can be approved at most',
    consequence: 'It expires without enough approvals.',
    describe: (value) => `A proposal may stay open for at most ${durationWords(value)}.`,
    afterwards: '',
  },
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[];
