import type { ReactElement } from 'react';

import type { Refusal } from '../bridge/channel.ts';
import { Command } from '../node-parts/command.tsx';

const WHY: Readonly<Record<Refusal, { readonly title: string; readonly text: string }>> = {
  signed_out: {
    title: 'This page is not signed in to the console',
    text: 'The console runs, but this browser tab has no session with it. Each link signs in one browser, once.',
  },
  restarted: {
    title: 'The console was started again',
    text: 'This page belongs to an earlier run, whose sessions ended with it.',
  },
  impostor: {
    title: 'Something else answers at this address',
    text: 'It does not know this page’s secret, so it is not the console that you signed in to. Nothing was sent to it.',
  },
};

/** The host answers and lets this page not in: why, and the way back. */
export function Refused({ refusal }: { readonly refusal: Refusal }): ReactElement {
  const { title, text } = WHY[refusal];
  return (
    <main className="centred">
      <div className="empty">
        <h1>{title}</h1>
        <p>{text}</p>
        {refusal === 'impostor' ? (
          <p>
            See which program uses the port. If the console has ended, start it again and open the link that it prints.
          </p>
        ) : (
          <>
            <p>For a new link, run this on the same machine, and open what it prints:</p>
            <p>
              <Command of={{ command: ['console'], options: { link: true } }} />
            </p>
          </>
        )}
      </div>
    </main>
  );
}
