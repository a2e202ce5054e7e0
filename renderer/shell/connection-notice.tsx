import type { ReactElement } from 'react';

import { Command } from '../node-parts/command.tsx';
import { formatDuration } from '../parts/format.ts';
import { useServices } from '../services.ts';
import { useNow } from '../stores/clock.ts';
import { useConnection, useNode } from '../stores/use-stores.ts';

/** While the host is away: says so, how old the figures are, and when it tries again. Lies over the page, moves nothing. */
export function ConnectionNotice(): ReactElement | null {
  const { connection } = useServices();
  const phase = useConnection((state) => state.phase);
  const lostAt = useConnection((state) => state.lostAt);
  const retryAt = useConnection((state) => state.retryAt);
  const isLocalPage = useNode((state) => state.host?.host === 'local_page');
  const now = useNow();
  if (phase !== 'lost' || lostAt === null) return null;
  const next = retryAt === null ? 'trying now' : `trying again in ${Math.max(1, Math.ceil((retryAt - now) / 1_000))} s`;
  return (
    <div className="connection" role="status">
      <span>
        <b>Connection lost.</b> What you see is {formatDuration(now - lostAt)} old · <span aria-live="off">{next}</span>
        {isLocalPage ? (
          <>
            <br />
            If the console has ended: <Command of={{ command: ['console'] }} />, then open the link that it prints.
          </>
        ) : null}
      </span>
      <button type="button" className="button" onClick={() => connection.retryNow()}>
        Try now
      </button>
    </div>
  );
}
