import type { ReactElement, ReactNode } from 'react';
import { useInspection } from '../stores/use-inspection.ts';
import { Command } from './command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';

/** An empty place that teaches the next step: what to do, the button, and the command that does the same. */
export function Empty({
  title,
  children,
  action,
  command,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly command?: CommandParts;
}): ReactElement {
  // There is no node to which the command could go.
  const isFile = useInspection() !== null;
  return (
    <div className="empty">
      <b>{title}</b>
      {children === undefined ? null : <p>{children}</p>}
      {action}
      {command === undefined || isFile ? null : (
        <p>
          or in a terminal: <Command of={command} />
        </p>
      )}
    </div>
  );
}
