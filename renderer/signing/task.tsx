import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';

import { SigningPanel } from './signing-panel.tsx';
import type { SigningDone, SigningRequest } from './signing-step.ts';
import { Command } from '../node-parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';

interface Props {
  readonly title: string;
  /** One sentence: what it will mean. */
  readonly children: ReactNode;
  /** What would be signed; null while something is missing. */
  readonly request: SigningRequest | null;
  readonly command: CommandParts;
  /** Where to go once it is on the chain. */
  readonly next: ReactNode;
  readonly onDone?: (outcome: SigningDone) => void;
  /** Names the act, with an ellipsis: it still asks. */
  readonly button?: string;
  /** It stops others, or takes something away. */
  readonly dangerous?: boolean;
}

/** A task: fill in, review, sign. The button says that it still asks. */
export function Task({
  title,
  children,
  request,
  command,
  next,
  onDone,
  button = 'Review…',
  dangerous = false,
}: Props): ReactElement {
  const [reviewing, setReviewing] = useState<SigningRequest | null>(null);
  if (reviewing !== null)
    return (
      <SigningPanel
        request={reviewing}
        onBack={() => setReviewing(null)}
        next={next}
        {...(onDone === undefined ? {} : { onDone })}
      />
    );
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setReviewing(request);
  };
  return (
    <form className="task-form" onSubmit={submit} noValidate>
      <h2>{title}</h2>
      {children}
      <div className="faint">
        On the command line: <Command of={command} />
      </div>
      <div className="row task-bar">
        <button type="submit" className={`button ${dangerous ? 'danger' : 'primary'}`} disabled={request === null}>
          {button}
        </button>
      </div>
    </form>
  );
}
