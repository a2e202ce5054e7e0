import { serveContract } from '../src/node/doors/serve-contract.ts';
import { DirectoryDoor } from '../src/node/doors/socket/directory-door.ts';
import { Host } from '../src/node/host/host.ts';
import { desktopSurface, type DesktopSurface } from '../src/node/host/surface.ts';
import { TERMINAL } from '../src/node/host/procedures.ts';
import { ensureSandbox } from '../src/node/host/sandbox.ts';
import type { ServedNode } from './served-host.ts';

export interface ConsoleHostOptions {
  readonly dataDirectory: string;
  /** Where there is no chain yet, make a sandbox chain first. */
  readonly sandbox: boolean;
  readonly version: string;
  readonly log: (line: string) => void;
}

/** The node of this machine behind the one contract: on the page's port, and on the socket that the `dm` command uses. */
export async function openConsoleHost(surface: DesktopSurface, options: ConsoleHostOptions): Promise<ServedNode> {
  const host = await Host.open({
    ...options,
    surface: desktopSurface(surface),
    mode: 'full',
    passphrase: null,
    now: Date.now,
    openDoor: (served) => DirectoryDoor.open(served),
  });
  if (options.sandbox) await ensureSandbox(host);
  const contract = serveContract(host);
  return {
    handlePort: (port) => contract.port(port, { door: 'page', asker: 'page' }),
    show: (thing) => host.opened.add(thing),
    openDirectory: async (path) => {
      const { operator } = contract.client(TERMINAL);
      const { deed_id } = await operator.requestDeed({ deed: 'open_chain', path });
      return (await operator.awaitDeed({ deed_id })).outcome === 'done';
    },
    close: () => host.close(),
  };
}
