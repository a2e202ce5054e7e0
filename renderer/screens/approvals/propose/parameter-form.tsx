import { useState, type ReactElement } from 'react';

import {
  PARAMETER_NAMES,
  PARAMETERS,
  type Parameter,
  type ParameterName,
} from '../../../../src/ledger/governance/parameters.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Field } from '../../../parts/field.tsx';
import { formatDuration } from '../../../parts/format.ts';
import { sentence } from '../../../parts/sentence.ts';
import { useServices } from '../../../services.ts';
import { Task } from '../../../signing/task.tsx';
import { useRead } from '../../../stores/use-read.ts';

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** Proposes one of the chain's settings. */
export function ParameterForm(): ReactElement {
  const { reads } = useServices();
  const [name, setName] = useState<ParameterName>('transaction_window_ms');
  const parameter: Parameter = PARAMETERS[name];
  const [amount, setAmount] = useState('');
  const [unit, setUnit] = useState<Unit>('minutes');
  const current = useRead(reads.chain.state.queryOptions({ input: { namespace: 'parameters', key: name } }));
  const value = /^\d{1,9}$/.test(amount) ? Number(amount) * UNITS[unit] : null;
  const problem = problemOf(amount, value, parameter);
  const now = typeof current.data?.value === 'number' ? current.data.value : parameter.usual;
  return (
    <Task
      title="Set a parameter"
      command={{ command: ['blockchain', 'set-parameter'], operands: [name, String(value ?? 'VALUE')] }}
      next={null}
      request={
        value === null || problem !== undefined
          ? { missing: problem === undefined ? 'Enter the new value.' : 'Enter a value that is allowed.' }
          : { kind: 'proposal', action: 'set_parameter', payload: { name, value } }
      }
    >
      <fieldset className="stack">
        <legend>Parameter</legend>
        {PARAMETER_NAMES.map((each) => (
          <Choice
            key={each}
            name="parameter"
            title={PARAMETERS[each].title}
            checked={each === name}
            onChoose={() => setName(each)}
          >
            {sentence(PARAMETERS[each].meaning)} {PARAMETERS[each].consequence}
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

function rangeWords({ least, greatest }: Parameter): string {
  return `From ${formatDuration(least)} to ${formatDuration(greatest)}`;
}

function problemOf(amount: string, value: number | null, parameter: Parameter): string | undefined {
  if (amount === '') return undefined;
  if (value === null) return 'Write a whole number.';
  return value < parameter.least || value > parameter.greatest ? `${rangeWords(parameter)}.` : undefined;
}
