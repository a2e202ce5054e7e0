import type { ReactElement } from 'react';

import { commandLine, type CommandParts } from '../../src/base/command-line.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useNode } from '../stores/use-stores.ts';

const PROGRAM = ['npx', 'dm'];

/** What stands for a data directory where there is none: a command line continues with one of the reader's. */
const ANY_DIRECTORY = 'DIR';

/** A command that does the same as the page, for this node's data directory; selected whole by a click. */
export function Command({ of }: { readonly of: CommandParts }): ReactElement {
  const kind = useInspection()?.kind;
  const directory = useNode((state) => state.host?.data_dir);
  const data = kind === undefined || kind === 'data_directory' ? directory : ANY_DIRECTORY;
  return <CommandElsewhere of={{ ...of, options: { ...of.options, data: of.options?.['data'] ?? data } }} />;
}

/** A command for another machine: where its data directory is, that machine knows. */
export function CommandElsewhere({ of }: { readonly of: CommandParts }): ReactElement {
  return (
    <code className="command" dir="ltr">
      {commandLine({ program: PROGRAM, ...of })}
    </code>
  );
}
