import { encodeLocation } from '../router/location.ts';
import type { Screen } from '../screens/screen.ts';
import { screens } from '../screens/screens.ts';
import type { Command } from './command.ts';
import { shellCommands } from './shell-commands.ts';

const goCommands: readonly Command[] = screens.map((screen) => ({
  id: `go.${screen.id}`,
  title: `Go to ${screen.title}`,
  keywords: screen.keywords,
  shortcut: screen.shortcut,
  ...whereOf(screen),
  run: ({ router }) => router.go(encodeLocation([screen.id])),
}));

/** Every command of the console, in the order that the palette and the help show. */
export const commands: readonly Command[] = [
  ...goCommands,
  ...screens.flatMap((screen) => screen.commands.map((command) => ({ ...whereOf(screen), ...command }))),
  ...shellCommands,
];

function whereOf({ where }: Screen): Pick<Command, 'where'> {
  return where === undefined ? {} : { where };
}
