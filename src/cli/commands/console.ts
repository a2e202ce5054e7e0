import { port } from './arguments.ts';
import type { RegisterCommands } from './command.ts';
import { printConsoleLink } from './console-link.ts';
import { startConsole } from './start-console.ts';

export const registerConsole: RegisterCommands = (program, run) => {
  program
    .command('console')
    .description('the console as a page on this machine; prints its address')
    .option('--port <PORT>', 'a port of 127.0.0.1; 0 takes a free one', port, 0)
    .option('--sandbox', 'if there is no chain yet, create a sandbox chain first', false)
    .option('--folder <DIR...>', 'folders that the page may read without asking')
    .option('--link', 'print a new link for the console that runs on this data directory', false)
    .action((options: { port: number; sandbox: boolean; folder?: string[]; link: boolean }) =>
      run((context) =>
        options.link ? printConsoleLink(context) : startConsole(context, { ...options, folders: options.folder ?? [] }),
      ),
    );
};
