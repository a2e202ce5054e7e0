import type { ReactElement } from 'react';

/** A fingerprint as words, for two people to compare by voice. */
export function Words({ words, label }: { readonly words: readonly string[]; readonly label: string }): ReactElement {
  return (
    <ul className="words" aria-label={label}>
      {words.map((word, index) => (
        <li key={`${index} ${word}`}>{word}</li>
      ))}
    </ul>
  );
}
