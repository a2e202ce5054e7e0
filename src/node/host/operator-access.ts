import { resolve } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { homeDirectory } from '../data-directory/user-directories.ts';
import { askedDeed, openChain } from './asked-deeds.ts';
import { listDirectory } from './granted-folders.ts';
import { procedures, type HostContext } from './procedures.ts';

const os = procedures.operator;

/** What of this machine the console's page may see and open, and who decides that. */
export const accessProcedures = {
  openChain: os.openChain.handler(async ({ context: { host, door }, input }) => {
    // Trying again what the person started this console on is nothing new.
    const isRetry = resolve(input.path) === resolve(host.dataDirectory) && !host.isOpen;
    if (door !== 'terminal' && !isRetry)
      throw new QuantumLockError('ACCESS_DENIED', 'a page cannot open a chain by itself', {
        advice: 'Ask for it, and confirm it in the window that the page cannot reach.',
      });
    await openChain(host, input.path);
    return host.info();
  }),
  browse: os.browse.handler(({ context: { host, door }, input }) =>
    door === 'terminal' ? listDirectory(input.path ?? homeDirectory()) : host.folders.list(input.path),
  ),
  pickDirectory: os.pickDirectory.handler(async ({ context: { host } }) => {
    const path = (await host.options.surface.desktop?.pickDirectory()) ?? null;
    // Choosing it in the system's own dialog is the grant.
    return { path: path === null ? null : host.folders.grant(path) };
  }),

  requestDeed: os.requestDeed.handler(async ({ context: { host, asker }, input }) => {
    const { described, perform } = await askedDeed(host, input);
    const { deed_id: deedId, sentence } = host.deeds.request(described, { asker, perform });
    return { deed_id: deedId, sentence, confirm_url: host.options.surface.confirmUrl(deedId) };
  }),
  awaitDeed: os.awaitDeed.handler(
    ({ context: { host }, input: { deed_id } }) => host.desktop?.deed(deed_id) ?? host.deeds.outcome(deed_id),
  ),
  withdrawDeed: os.withdrawDeed.handler(({ context: { host }, input }) => ({
    withdrawn: host.deeds.withdraw(input.deed_id),
  })),

  consoleLink: os.consoleLink.handler(({ context: { host, door } }) => {
    if (door !== 'terminal')
      throw new QuantumLockError('ACCESS_DENIED', 'links are made where the console was started', {
        advice: 'Run `dm console --link` there.',
      });
    const link = host.options.surface.makeLink();
    if (link === null)
      throw new QuantumLockError('NODE_STOPPED', 'no console serves a page of this data directory', {
        advice: 'Start one: `dm console`.',
      });
    return link;
  }),
};

/** The path that a procedure may read: anywhere for the person at a terminal, below what was granted for the page. */
export function readablePath({ host, door }: HostContext, path: string): string {
  return door === 'terminal' ? path : host.folders.resolve(path);
}
