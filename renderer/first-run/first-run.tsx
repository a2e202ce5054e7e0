import { useState, type ReactElement } from 'react';

import type { HostInfo } from '../../src/api/operator/host.ts';
import { Choice } from '../parts/choice.tsx';
import { NewChainForm } from './new-chain-form.tsx';
import { OpenChainForm } from './open-chain-form.tsx';

type Beginning = 'new' | 'sandbox' | 'open';

const CHOICES: readonly { readonly id: Beginning; readonly title: string; readonly text: string }[] = [
  {
    id: 'new',
    title: 'New chain',
    text: 'For production use. You become its first administrator, and this machine becomes its validator.',
  },
  {
    id: 'sandbox',
    title: 'Sandbox chain',
    text: 'To try everything alone: three administrators, with all their keys on this machine. Not for production use.',
  },
  {
    id: 'open',
    title: 'Open an existing chain',
    text: 'A chain that was created on this machine or restored to it.',
  },
];

/** No chain is open: make one, make one to play with, or open one. */
export function FirstRun({ host }: { readonly host: HostInfo }): ReactElement {
  const [choice, setChoice] = useState<Beginning>('new');
  return (
    <main className="centred">
      <div className="first-run">
        <header>
          <h1>Quantum-Lock</h1>
          <p className="soft">
            A tamper-evident registry of environments. No chain is open yet. What would you like to do?
          </p>
        </header>
        <fieldset className="first-choices">
          <legend className="visually-hidden">Begin with</legend>
          {CHOICES.map(({ id, title, text }) => (
            <Choice key={id} name="begin" title={title} checked={choice === id} onChoose={() => setChoice(id)}>
              {text}
            </Choice>
          ))}
        </fieldset>
        {choice === 'open' ? (
          <OpenChainForm host={host} />
        ) : (
          <NewChainForm key={choice} host={host} sandbox={choice === 'sandbox'} />
        )}
        <p className="faint">
          Version {host.version} on {host.platform}. Data is stored in <code className="mono">{host.data_dir}</code>
        </p>
      </div>
    </main>
  );
}
