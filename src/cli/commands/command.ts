import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';

/** Registers the commands of one group. `run` gives each its context, and turns what it throws into the exit code. */
export type RegisterCommands = (program: Command, run: RunCommand) => void;
export type RunCommand = (action: (context: CommandContext) => Promise<void>) => Promise<void>;
