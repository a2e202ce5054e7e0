import type { ReactElement, ReactNode } from 'react';

import { InputField } from './input-field.tsx';

interface Props {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly placeholder?: string;
  readonly lengthMax?: number;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** One line of text. */
export function TextField({ lengthMax, ...field }: Props): ReactElement {
  return <InputField {...field} autoComplete="off" maxLength={lengthMax} />;
}
