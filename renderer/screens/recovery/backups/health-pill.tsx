import type { ReactElement } from 'react';

import { Age } from '../../../node-parts/age.tsx';
import type { Health } from './backup-words.ts';

export function HealthPill({ health: { tone, words, time } }: { readonly health: Health }): ReactElement {
  return (
    <span className={`pill ${tone}`}>
      {words}
      {time === null ? null : (
        <>
          {' '}
          <Age time={time} />
        </>
      )}
    </span>
  );
}
