import { port } from './arguments.ts';
import type { RegisterCommands } from './command.ts';
import { startConsole } from './start-console.ts';

export const registerConsole: RegisterCommands = (program, run) => {
  program
    .command('console')
    .description('the console as a page on this machine; prints its address')
    .option('--port <PORT>', 'a port of 127.0.0.1; 0 takes a free one', port, 0)
    .option('--sandbox', 'where there is no chain yet, make a sandbox chain first', false)
    .action((options: { port: number; sandbox: boolean }) => run((context) => startConsole(context, options)));
};
