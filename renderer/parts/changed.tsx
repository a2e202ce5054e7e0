import type { ReactElement } from 'react';

import { formatTime, formatValue, shortenHex } from './format.ts';

interface Props {
  /** What the value is called: a name that ends in `_at` is a time. */
  readonly name?: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The two cells of a changed value. The signs say it, the colours repeat it. */
export function Changed({ name = '', before, after }: Props): ReactElement {
  return (
    <>
      {before === undefined ? <td className="none">–</td> : <td className="removed">− {show(name, before)}</td>}
      {after === undefined ? <td className="none">–</td> : <td className="added">+ {show(name, after)}</td>}
    </>
  );
}

const LONG_HEX = /^0x[0-9a-f]{40,}$/;

function show(name: string, value: unknown): ReactElement | string {
  if (typeof value === 'string' && LONG_HEX.test(value)) return <span title={value}>{shortenHex(value)}</span>;
  if (typeof value === 'number' && name.endsWith('_at')) return <span title={String(value)}>{formatTime(value)}</span>;
  return formatValue(value);
}
