import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';

import { SigningPanel } from './signing-panel.tsx';
import type { SigningDone, SigningRequest } from './signing-step.ts';
import { Command } from '../node-parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';
import { ActButton } from '../parts/act-button.tsx';

/** One sentence: what a person has to do before anything can be reviewed. */
interface Missing {
  readonly missing: string;
}

interface Props {
  readonly title: string;
  /** One sentence: what it will mean. */
  readonly children: ReactNode;
  /** What would be signed, or what is missing for that. */
  readonly request: SigningRequest | Missing;
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
  const missing = 'missing' in request ? request.missing : null;
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
    if (!('missing' in request)) setReviewing(request);
  };
  return (
    <form className="task-form" onSubmit={submit} noValidate>
      <h2>{title}</h2>
      {children}
      <div className="faint">
        On the command line: <Command of={command} />
      </div>
      <div className="row task-bar">
        <ActButton className={`button ${dangerous ? 'danger' : 'primary'}`} missing={missing}>
          {button}
        </ActButton>
      </div>
    </form>
  );
}
