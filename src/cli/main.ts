import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../base/errors.ts';
import { defaultDataDirectory } from '../node/data-directory/default-data-directory.ts';
import { isFull } from '../node/data-directory/storage-errors.ts';
import { registerApi } from './commands/api.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBlockchain } from './commands/blockchain.ts';
import type { RunCommand } from './commands/command.ts';
import { registerCheckpoint } from './commands/checkpoint.ts';
import { registerConsole } from './commands/console.ts';
import { registerBlobs } from './commands/blobs.ts';
import { registerEnv } from './commands/env.ts';
import { registerEnvContent } from './commands/env-content.ts';
import { registerInspect } from './commands/inspect.ts';
import { registerKey } from './commands/key.ts';
import { registerMember } from './commands/member.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerProof } from './commands/proof.ts';
import { registerProposal } from './commands/proposal.ts';
import { registerValidator } from './commands/validator.ts';
import { CommandContext, type GlobalOptions } from './context.ts';
import { createOutput, visibleLines, writeError } from './output.ts';
import { INSTALLATION } from './installation.ts';
import { OutputStream } from './output-stream.ts';
import { decodeWireError } from '../api/wire-error.ts';

/** The `dm` command. Exit code 0: done; 1: refused or failed; 2: wrong usage. `env admit` answers with others (env-admit.ts). */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const { version } = JSON.parse(readFileSync(join(INSTALLATION, 'package.json'), 'utf8')) as {
  version: string;
};
const streams = { stdout: new OutputStream(process.stdout), stderr: new OutputStream(process.stderr) };

const program = new Command('dm')
  .description('Quantum-Lock: a tamper-evident registry of RL and LLM environments')
  .version(version)
  // The program's own options stand before the group: `dm env checkpoint --version 1.0` means the checkpoint's.
  .enablePositionalOptions()
  .exitOverride()
  // Told by `main`, in the form that was asked for.
  .configureOutput({
    outputError: () => undefined,
    writeOut: (text) => streams.stdout.write(visibleLines(text.trimEnd().split('\n'))),
  })
  .configureHelp({ showGlobalOptions: true });

const isJson = optionsOf(process.argv).includes('--json');

let answered: number = EXIT.done;

const run: RunCommand = async (action) => {
  const options = program.opts<GlobalOptions>();
  const output = createOutput({ json: isJson, streams, beforeAsk: () => context.releaseTerminal() });
  const context = new CommandContext(options, output, version);
  try {
    await action(context);
    answered = context.exitCode;
  } finally {
    context.close();
  }
};

/** The options of every command, accepted at any position. */
function addGlobalOptions(command: Command): void {
  command
    .option('--data <DIR>', 'the data directory', defaultDataDirectory())
    .option('--json', 'one JSON document on stdout', false)
    .option('--passphrase-file <FILE>', "the encrypted keys' passphrase, on its first line")
    .option('--as <KEY>', 'the key that signs: id, name or public key');
}

addGlobalOptions(program);
for (const register of [
  registerBlockchain,
  registerEnv,
  registerEnvContent,
  registerBlobs,
  registerProposal,
  registerApi,
  registerMember,
  registerValidator,
  registerPolicy,
  registerKey,
  registerProof,
  registerAudit,
  registerCheckpoint,
  registerConsole,
  registerInspect,
])
  register(program, run);

async function main(): Promise<number> {
  try {
    await program.parseAsync(hoistGlobalOptions(process.argv.slice(2)), { from: 'user' });
    return answered;
  } catch (error) {
    if (error instanceof CommanderError) return endOfCommander(error);
    const own = decodeWireError(error);
    writeError(own, { json: isJson, streams });
    return own instanceof QuantumLockError && own.code === 'USAGE' ? EXIT.usage : EXIT.failed;
  }
}

/** Help and version end as an exception too; and a group without a command has shown its help already. */
function endOfCommander({ exitCode, code, message }: CommanderError): number {
  if (exitCode === 0) return EXIT.done;
  if (code !== 'commander.help') {
    writeError(new QuantumLockError('USAGE', message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')), {
      json: isJson,
      streams,
    });
  }
  return EXIT.usage;
}

const GLOBAL_WITH_VALUE: ReadonlySet<string> = new Set(['--data', '--passphrase-file', '--as']);

/** What is behind `--` is never an option, whatever it begins with. */
function optionsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

/** Moves global options to the front, so that `dm env list --data DIR` and `dm --data DIR env list` are the same. */
function hoistGlobalOptions(args: readonly string[]): string[] {
  const front: string[] = [];
  const rest: string[] = [];
  const { length } = optionsOf(args);
  for (let index = 0; index < length; index++) {
    const arg = args[index] ?? '';
    const value = args[index + 1];
    if (arg === '--json' || [...GLOBAL_WITH_VALUE].some((name) => arg.startsWith(`${name}=`))) front.push(arg);
    else if (GLOBAL_WITH_VALUE.has(arg) && value !== undefined) {
      front.push(arg, value);
      index++;
    } else rest.push(arg);
  }
  return [...front, ...rest, ...args.slice(length)];
}

/** What was to be printed and could not be stored is on stderr, so that it is known what was done. */
async function end(exitCode: number): Promise<number> {
  const failure = await streams.stdout.ended();
  if (failure === null) return exitCode;
  for (const text of failure.lost) streams.stderr.write(text);
  writeError(outputError(failure.cause), { json: isJson, streams });
  return exitCode === EXIT.done ? EXIT.failed : exitCode;
}

function outputError(cause: Error): QuantumLockError {
  return new QuantumLockError(
    isFull(cause) ? 'STORAGE_FULL' : 'STORAGE_FAILED',
    `the output cannot be written: ${cause.message}`,
    {
      cause,
      advice: 'The command was carried out; the output that it could not print is above.',
    },
  );
}

process.exitCode = await end(await main());
