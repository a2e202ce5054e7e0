import { useMemo } from 'react';

import { useInspection } from '../stores/use-inspection.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { fitsWhere } from './where.ts';

/** The commands that make sense here. */
export function useCommands(): readonly Command[] {
  const isFile = useInspection() !== null;
  return useMemo(() => commands.filter((command) => fitsWhere(command, isFile)), [isFile]);
}
