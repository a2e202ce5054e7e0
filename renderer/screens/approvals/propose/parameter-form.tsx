import { useState, type ReactElement } from 'react';

import {
  PROPOSAL_LIFETIME_MS,
  PROPOSAL_LIFETIME_MS_MAX,
  PROPOSAL_LIFETIME_MS_MIN,
  TRANSACTION_WINDOW_MS,
  TRANSACTION_WINDOW_MS_MAX,
  TRANSACTION_WINDOW_MS_MIN,
} from '../../../../src/base/limits.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Field } from '../../../parts/field.tsx';
import { formatDuration } from '../../../parts/format.ts';
import { useServices } from '../../../services.ts';
import { Task } from '../../../signing/task.tsx';
import { useRead } from '../../../stores/use-read.ts';
import { useNode } from '../../../stores/use-stores.ts';

interface Parameter {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly usual: number;
  readonly minimum: number;
  readonly maximum: number;
}

const WINDOW: Parameter = {
  name: 'transaction_window_ms',
  title: 'Age of a transaction',
  meaning: 'How far a transaction’s time may be from its block’s. Shorter refuses slow machines and wrong clocks.',
  usual: TRANSACTION_WINDOW_MS,
  minimum: TRANSACTION_WINDOW_MS_MIN,
  maximum: TRANSACTION_WINDOW_MS_MAX,
};
const PARAMETERS: readonly Parameter[] = [
  WINDOW,
  {
    name: 'proposal_lifetime_ms',
    title: 'Lifetime of a proposal',
    meaning: 'How long a proposal may stay open at most. It expires without enough approvals.',
    usual: PROPOSAL_LIFETIME_MS,
    minimum: PROPOSAL_LIFETIME_MS_MIN,
    maximum: PROPOSAL_LIFETIME_MS_MAX,
  },
];

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** Proposes one of the chain's settings. */
export function ParameterForm(): ReactElement {
  const { client } = useServices();
  const [parameter, setParameter] = useState(WINDOW);
  const [amount, setAmount] = useState('');
  const [unit, setUnit] = useState<Unit>('minutes');
  const governanceHeight = useNode((state) => state.governanceHeight);
  const current = useRead(
    `parameter ${parameter.name}`,
    (signal) => client.chain.state({ namespace: 'parameters', key: parameter.name }, { signal }),
    { refresh: governanceHeight },
  );
  const value = /^\d{1,9}$/.test(amount) ? Number(amount) * UNITS[unit] : null;
  const problem = problemOf(amount, value, parameter);
  const now = typeof current.data?.value === 'number' ? current.data.value : parameter.usual;
  return (
    <Task
      title="Set a parameter"
      command={{ command: ['blockchain', 'set-parameter'], operands: [parameter.name, String(value ?? 'VALUE')] }}
      next={null}
      request={
        value === null || problem !== undefined
          ? null
          : { kind: 'proposal', action: 'set_parameter', payload: { name: parameter.name, value } }
      }
    >
      <fieldset className="stack">
        <legend>Parameter</legend>
        {PARAMETERS.map((each) => (
          <Choice
            key={each.name}
            name="parameter"
            title={each.title}
            checked={each.name === parameter.name}
            onChoose={() => setParameter(each)}
          >
            {each.meaning}
          </Choice>
        ))}
      </fieldset>
      <p className="soft">
        Now: <b>{current.data === undefined ? '–' : formatDuration(now)}</b>
      </p>
      <Field label="New value" hint={`${rangeWords(parameter)}.`} problem={problem}>
        {(control) => (
          <div className="row">
            <input
              {...control}
              className="input amount"
              inputMode="numeric"
              autoComplete="off"
              value={amount}
              onChange={(event) => setAmount(event.target.value.trim())}
            />
            <select
              className="input amount"
              aria-label="Unit"
              value={unit}
              onChange={(event) => setUnit(event.target.value as Unit)}
            >
              {Object.keys(UNITS).map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </div>
        )}
      </Field>
    </Task>
  );
}

function rangeWords({ minimum, maximum }: Parameter): string {
  return `From ${formatDuration(minimum)} to ${formatDuration(maximum)}`;
}

function problemOf(amount: string, value: number | null, parameter: Parameter): string | undefined {
  if (amount === '') return undefined;
  if (value === null) return 'Write a whole number.';
  return value < parameter.minimum || value > parameter.maximum ? `${rangeWords(parameter)}.` : undefined;
}
