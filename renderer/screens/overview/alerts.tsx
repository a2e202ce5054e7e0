import type { ReactElement } from 'react';

import type { Alert } from '../../../src/api/chain/node.ts';
import { Age } from '../../node-parts/age.tsx';
import { UNKNOWN } from '../../parts/format.ts';
import { sentence } from '../../parts/sentence.ts';

/** `alerts` null: the node did not say. */
export function Alerts({ alerts }: { readonly alerts: readonly Alert[] | null }): ReactElement {
  return (
    <section className="card" aria-labelledby="alerts">
      <h2 id="alerts">Alerts</h2>
      {alerts === null ? (
        <p className="soft">{UNKNOWN} · not known: the node does not tell its state.</p>
      ) : alerts.length === 0 ? (
        <p className="soft">No active alerts.</p>
      ) : (
        <ul className="stack">
          {alerts.map((alert) => (
            <li key={alert.code} className={`notice ${alert.severity === 'critical' ? 'bad' : 'warn'}`}>
              <b>{alert.severity === 'critical' ? 'Critical' : 'Warning'}:</b> {sentence(alert.message)} {alert.advice}{' '}
              <code>{alert.code}</code>, since <Age time={alert.since} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
