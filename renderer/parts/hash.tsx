import { useEffect, useState, type ReactElement } from 'react';

import { shortenHex } from './format.ts';

const COPIED_MS = 1_600;

/** A hash, key or id for comparing: first and last characters, full on hover and for a screen reader, copied by a click. */
export function Hash({ value, what = 'hash' }: { readonly value: string; readonly what?: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="hash"
      title={value}
      onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
    >
      <span aria-hidden="true">{copied ? 'copied'.padEnd(shortenHex(value).length) : shortenHex(value)}</span>
      <span className="visually-hidden">{copied ? `${what} copied` : `${what} ${value}, copy`}</span>
    </button>
  );
}

/** The same where it is inside a link or a row, which cannot hold a button. */
export function HashText({ value }: { readonly value: string }): ReactElement {
  return (
    <span className="hash" title={value}>
      {shortenHex(value)}
    </span>
  );
}
