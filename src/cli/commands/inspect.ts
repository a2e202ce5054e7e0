import { QuantumLockError } from '../../base/errors.ts';
import { moment, port, type MomentArgument } from './arguments.ts';
import type { RegisterCommands } from './command.ts';
import { inspectFile } from '../inspection/inspect-file.ts';
import { withMore } from '../inspection/open-file.ts';
import { serveFile } from '../inspection/serve-file.ts';

interface InspectOptions {
  readonly trust?: string;
  readonly genesis?: string;
  readonly identity?: readonly string[];
  readonly backupPassphraseFile?: string;
  readonly environment?: string;
  readonly at?: MomentArgument;
  readonly proof?: string;
  readonly console: boolean;
  readonly port: number;
}

export const registerInspect: RegisterCommands = (program, run) => {
  program
    .command('inspect')
    .description('look at a backup, an exported chain or a data directory: read-only, with no node and no network')
    .argument(
      '<FILE...>',
      'a backup with those that continue it, a chain of `dm blockchain export`, a data directory, or a directory with a chain.db',
    )
    .option('--trust <FILE>', 'a trust file from another source (dm proof trust): the file must be of that chain')
    .option('--genesis <WORDS|HASH>', 'the twelve words of the genesis, or its hash, from another source')
    .option('--environment <ID>', 'tell what was Green of this environment')
    .option('--at <HEIGHT|TIME>', 'with --environment: at a height or a time', moment)
    .option('--proof <FILE>', 'with --environment: a new file for the proof of it (dm proof verify)')
    .option('--identity <FILE...>', 'age identities that open an encrypted backup')
    .option('--backup-passphrase-file <FILE>', 'the passphrase that opens it')
    .option('--console', 'serve the console’s page on the file; prints its address', false)
    .option('--port <PORT>', 'with --console: a port of 127.0.0.1; 0 takes a free one', port, 0)
    .action((files: readonly string[], options: InspectOptions) =>
      run((context) => {
        assertOptions(options);
        const { path, ...more } = withMore(files);
        const asked = { ...options, ...more };
        return options.console ? serveFile(context, path, asked) : inspectFile(context, path, asked);
      }),
    );
};

/** @throws USAGE */
function assertOptions({ trust, genesis, environment, at, proof, console: isServed }: InspectOptions): void {
  if (trust !== undefined && genesis !== undefined)
    throw new QuantumLockError('USAGE', 'inspect takes one of --trust and --genesis');
  if (environment === undefined && (at !== undefined || proof !== undefined))
    throw new QuantumLockError('USAGE', '--at and --proof go with --environment');
  if (isServed && environment !== undefined)
    throw new QuantumLockError('USAGE', '--console and --environment are two ways to look: take one of them');
}
