import type { ReactElement, ReactNode } from 'react';

interface Choice {
  readonly value: string;
  readonly label: ReactNode;
}

/** One of several, in a line of its own name. What is chosen is offered, whatever else is. */
export function Select({
  label,
  any,
  value,
  choices,
  onValue,
}: {
  readonly label: string;
  /** What '' is called; left out where something is always chosen. */
  readonly any?: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onValue: (value: string) => void;
}): ReactElement {
  const isOffered = value === '' || choices.some((choice) => choice.value === value);
  return (
    <select className="input" aria-label={label} value={value} onChange={(event) => onValue(event.target.value)}>
      {any === undefined ? null : <option value="">{any}</option>}
      {isOffered ? null : <option value={value}>{value}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
