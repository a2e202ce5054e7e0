import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { holdsChain } from '../../node/data-directory/holds-chain.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { LocalConsole } from '../../node/doors/local-console.ts';
import { ensureSandbox } from '../../node/host/sandbox.ts';
import type { CommandContext } from '../context.ts';
import { INSTALLATION } from '../installation.ts';
import { assertNothingRuns } from '../session.ts';
import { untilStopped } from './until-stopped.ts';

/** The built page. */
export const PAGE_DIRECTORY = join(INSTALLATION, 'dist', 'renderer');

/** Serves the console as a page of this machine until it is stopped. */
export async function startConsole(
  context: CommandContext,
  options: { readonly port: number; readonly sandbox: boolean; readonly folders: readonly string[] },
): Promise<void> {
  const { dataDirectory, output, version } = context;
  // Signal handlers are installed before readiness is announced: a reader may stop the program in that moment.
  const stopped = untilStopped();
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  await assertNothingRuns(dataDirectory, output.note);
  const local = await LocalConsole.open({
    dataDirectory,
    pageDirectory: PAGE_DIRECTORY,
    version,
    port: options.port,
    folders: options.folders,
    passphrase: await startPassphrase(context),
    now: Date.now,
    log: output.note,
  });
  try {
    const { problem } = local.host;
    if (problem?.code === 'DATA_DIR_LOCKED')
      throw new QuantumLockError('DATA_DIR_LOCKED', problem.message, { advice: problem.advice });
    if (options.sandbox) await ensureSandbox(local.host);
    output.result(
      {
        url: local.link,
        public_url: local.publicAddress,
        signing_code: local.signingCode,
        data: dataDirectory,
        chain: (await local.host.info()).chain,
      },
      () => describe(local, dataDirectory),
    );
    context.releaseTerminal();
    await stopped;
    output.note('Stopping: committing what was accepted.');
  } finally {
    await local.close();
  }
}

/** The validator's passphrase, where it can be had without a question: a person can type it in the page as well. */
async function startPassphrase(context: CommandContext): Promise<string | null> {
  if (!holdsChain(context.dataDirectory)) return null;
  const key = await context.keyring.find(readNodeConfig(context.dataDirectory).validator.key_id);
  if (key.store !== 'file' || (process.stdin.isTTY !== true && context.passphraseIsAskedFor)) return null;
  return (await context.passphrase('open')).passphrase;
}

function describe(local: LocalConsole, dataDirectory: string): string[] {
  const { problem } = local.host;
  return [
    `Console       ${local.link}`,
    `Signing code  ${local.signingCode}   (the page asks for it when you sign)`,
    `Data          ${dataDirectory}`,
    ...(problem === null ? [] : [`Not running   ${problem.message}. ${problem.advice}`]),
    `Another link  dm console --link, as ${local.publicAddress} says`,
    'Ctrl C stops it; the last block is on disk then.',
  ];
}
