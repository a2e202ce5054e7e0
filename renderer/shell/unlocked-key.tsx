import type { ReactElement } from 'react';

import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { useNow } from '../stores/clock.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';

/** On every screen, while it is so: which key signs without its passphrase or code, until when, and how to end it. */
export function UnlockedKey(): ReactElement | null {
  const { client, node } = useServices();
  const keys = useNode((state) => state.keys);
  const now = useNow();
  const lock = useAct(async () => node.setState({ keys: await client.operator.lockSession() }));
  if (keys === null || keys.unlocked_until === null || keys.unlocked_until <= now) return null;
  const name = keys.identities.find(({ key_id }) => key_id === keys.unlocked_key_id)?.name ?? 'a key';
  return (
    <span className="unlocked" role="status" aria-label="Signing is unlocked">
      <span className="pill warn" title={`Signing as ${name} asks no passphrase or code until then`}>
        Unlocked until {timeOfDay(keys.unlocked_until)} · {name}
      </span>
      <button type="button" className="button" disabled={lock.busy} onClick={lock.run}>
        Lock
      </button>
      {lock.problem === undefined ? null : <ProblemNotice problem={lock.problem} />}
    </span>
  );
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function timeOfDay(time: number): string {
  return clockFormat.format(time);
}
