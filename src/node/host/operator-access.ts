import { resolve, sep } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { assertHoldsChain } from '../data-directory.ts';
import { homeDirectory } from '../user-directories.ts';
import { listDirectory } from './granted-folders.ts';
import type { Host } from './host.ts';
import type { HostDeed } from './host-deeds.ts';
import { procedures, type HostContext } from './procedures.ts';

const os = procedures.operator;

/** What of this machine the console's page may see and open, and who decides that. */
export const accessProcedures = {
  openChain: os.openChain.handler(async ({ context: { host, door }, input }) => {
    if (door === 'page') {
      // Trying again what the person started this console on is nothing new.
      const isRetry =
        resolve(input.path) === resolve(host.dataDirectory) && !host.isOpen && input.passphrase === undefined;
      if (!isRetry)
        throw new QuantumLockError('ACCESS_DENIED', 'a page does not open a chain by itself', {
          advice: 'Ask for it, and confirm it in the window that the page cannot reach.',
        });
    }
    await openChain(host, input.path, input.passphrase ?? null);
    return host.info();
  }),
  browse: os.browse.handler(({ context: { host, door }, input }) =>
    door === 'page' ? host.folders.list(input.path) : listDirectory(input.path ?? homeDirectory()),
  ),
  pickDirectory: os.pickDirectory.handler(async ({ context: { host } }) => {
    const { surface } = host.options;
    const path = surface.kind === 'electron' ? await surface.pickDirectory() : null;
    // Choosing it in the system's own dialog is the grant.
    return { path: path === null ? null : host.folders.grant(path) };
  }),

  requestDeed: os.requestDeed.handler(({ context: { host }, input }) => {
    const path = resolve(input.path);
    // Where the page may look anyway, nobody is asked for what cannot be done.
    if (input.deed === 'open_chain' && host.folders.covers(path)) assertHoldsChain(path);
    const deed =
      input.deed === 'grant_folder'
        ? host.deeds.request(describeGrant(path), async () => void host.folders.grant(path))
        : host.deeds.request(describeOpening(host, path), () => openChain(host, path, null));
    const { surface } = host.options;
    return {
      deed_id: deed.deed_id,
      sentence: deed.sentence,
      confirm_url: surface.kind === 'local_page' ? surface.confirmUrl(deed.deed_id) : null,
    };
  }),
  awaitDeed: os.awaitDeed.handler(async ({ context: { host }, input }) => {
    const { surface } = host.options;
    const outcome = host.deeds.outcome(input.deed_id);
    if (surface.kind === 'electron') {
      const { approved } = await surface.confirmDeed(host.deeds.deed(input.deed_id));
      if (approved) await host.deeds.confirm(input.deed_id);
      else host.deeds.refuse(input.deed_id);
    }
    return outcome;
  }),

  consoleLink: os.consoleLink.handler(({ context: { host, door } }) => {
    if (door === 'page')
      throw new QuantumLockError('ACCESS_DENIED', 'links are made where the console was started', {
        advice: 'Run `dm console --link` there.',
      });
    const { surface } = host.options;
    const link = surface.kind === 'local_page' ? surface.makeLink() : null;
    if (link === null)
      throw new QuantumLockError('NODE_STOPPED', 'no console serves a page of this data directory', {
        advice: 'Start one: `dm console`.',
      });
    return link;
  }),
};

/** The path that a procedure may read: anywhere for the person at a terminal, below what was granted for the page. */
export function readablePath({ host, door }: HostContext, path: string): string {
  return door === 'page' ? host.folders.resolve(path) : path;
}

async function openChain(host: Host, path: string, passphrase: string | null): Promise<void> {
  assertHoldsChain(path);
  await host.switchTo(path);
  await host.tryOpen(passphrase);
}

type Described = Omit<HostDeed, 'deed_id' | 'expires_at'>;

function describeGrant(path: string): Described {
  const home = resolve(homeDirectory());
  const isWide = home === path || home.startsWith(path.endsWith(sep) ? path : path + sep);
  return {
    kind: 'grant_folder',
    path,
    sentence: `Lets the console's page list and read everything in ${path}, until the console ends.`,
    warnings: isWide
      ? ['Your home folder is in it: everything that you keep there can be read, keys of other programs included.']
      : [],
  };
}

function describeOpening(host: Host, path: string): Described {
  return {
    kind: 'open_chain',
    path,
    sentence: `Closes what is open now (${host.dataDirectory}), and opens the chain in ${path}.`,
    warnings: ['Blocks are sealed and signatures given for that chain then.'],
  };
}
