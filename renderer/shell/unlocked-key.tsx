import type { ReactElement } from 'react';

import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { lockSigning, useUnlockedKey } from '../stores/acting.ts';
import { useAct } from '../stores/use-act.ts';

/** On every screen, while it is so: which key signs without its passphrase or code, until when, and how to end it. */
export function UnlockedKey(): ReactElement | null {
  const services = useServices();
  const unlocked = useUnlockedKey();
  const lock = useAct(() => lockSigning(services));
  if (unlocked === null) return null;
  const { name, until } = unlocked;
  return (
    <span className="unlocked" role="status" aria-label="Signing is unlocked">
      <span className="pill warn" title={`Signing as ${name} asks no passphrase or code until then`}>
        Unlocked until {timeOfDay(until)} · {name}
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
