import type { ReactElement } from 'react';

import { InputField } from './input-field.tsx';

interface Props {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A block by its number, as it is typed. */
export function HeightField(field: Props): ReactElement {
  return <InputField {...field} type="number" min="0" step="1" />;
}
