import type { ReactElement } from 'react';

import { Hash } from './hash.tsx';

const LONG_HEX = /(0x[0-9a-f]{40,})/;

/** A sentence in which every hash is shortened, and can be copied. */
export function HexText({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {text
        .split(LONG_HEX)
        .map((part, index) => ({ part, key: `${index} ${part}` }))
        .map(({ part, key }) => (LONG_HEX.test(part) ? <Hash key={key} value={part} what="value" /> : part))}
    </>
  );
}
