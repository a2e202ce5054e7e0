import type { ReactElement } from 'react';

import { useNode } from '../../stores/use-stores.ts';

/** What is wrong with the file although its chain verifies; nothing where nothing is. */
export function FileAlerts(): ReactElement | null {
  const alerts = useNode((state) => state.status?.alerts) ?? [];
  if (alerts.length === 0) return null;
  return (
    <section className="card" aria-labelledby="file-alerts">
      <h2 id="file-alerts">What was found beside the chain</h2>
      <ul className="file-sentences">
        {alerts.map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            {message} <code>{code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
