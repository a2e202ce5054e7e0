import { QuantumLockError } from '../../base/errors.ts';
import { visibleJson } from '../../base/visible-text.ts';
import { dataPaths } from '../../node/data-directory/data-paths.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { DirectoryDoor } from '../../node/doors/socket/directory-door.ts';
import { Host } from '../../node/host/host.ts';
import { NO_SURFACE } from '../../node/host/surface.ts';
import type { CommandContext } from '../context.ts';
import { assertNothingRuns } from '../session.ts';
import { openDoors, type ApiOptions, type OpenedDoors } from './open-doors.ts';
import { untilStopped } from './until-stopped.ts';

export interface StartOptions extends ApiOptions {
  readonly engine: string;
}

/** Runs the node in the foreground until it is stopped; the last block is on disk when it ends. */
export async function startNode(context: CommandContext, options: StartOptions): Promise<void> {
  if (options.engine !== 'embedded') {
    throw new QuantumLockError('USAGE', `there is no engine "${options.engine}"`, {
      advice: 'This version has one engine: embedded.',
    });
  }
  // Signal handlers are installed before readiness is announced: a reader may stop the program in that moment.
  const stopped = untilStopped();
  const config = readNodeConfig(context.dataDirectory);
  await assertNothingRuns(context.dataDirectory, context.output.note);
  const key = await context.keyring.find(config.validator.key_id);
  const passphrase = key.store === 'file' ? (await context.passphrase('open')).passphrase : null;
  const host = await Host.open({
    dataDirectory: context.dataDirectory,
    surface: NO_SURFACE,
    version: context.version,
    mode: 'full',
    passphrase,
    now: Date.now,
    log: context.output.note,
    openDoor: (served) => DirectoryDoor.open(served),
  });
  let doors: OpenedDoors | null = null;
  try {
    const { problem } = host;
    if (problem !== null) throw QuantumLockError.fromFailure(problem);
    const listening = dataPaths(context.dataDirectory).socket;
    doors = await openDoors(host, options, context.output.note);
    const document = {
      listening,
      ...doors.addresses,
      chain_id: config.chain_id,
      height: host.node.height,
    };
    context.output.result(document, () => [visibleJson(document)]);
    context.releaseTerminal();
    await stopped;
    context.output.note('Stopping: committing what was accepted.');
  } finally {
    await doors?.close();
    await host.close();
  }
}
