import type { ReactElement } from 'react';

import { formatValue, shortenHex } from './format.ts';

/** The two cells of a changed value. The signs say it, the colours repeat it. */
export function Changed({ before, after }: { readonly before: unknown; readonly after: unknown }): ReactElement {
  return (
    <>
      {before === undefined ? <td className="none">–</td> : <td className="removed">− {show(before)}</td>}
      {after === undefined ? <td className="none">–</td> : <td className="added">+ {show(after)}</td>}
    </>
  );
}

const LONG_HEX = /^0x[0-9a-f]{40,}$/;

function show(value: unknown): ReactElement | string {
  if (typeof value === 'string' && LONG_HEX.test(value)) {
    return <span title={value}>{shortenHex(value)}</span>;
  }
  return formatValue(value);
}
