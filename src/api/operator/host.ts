import { z } from 'zod';
import { hash } from '../../base/fields.ts';
import { act, ask } from '../procedure.ts';
import { failure } from '../schemas.ts';
import { inspectionView } from './inspection.ts';

/** The process on this machine, and the chain that it has open. */

export const hostInfo = z.object({
  host: z.enum(['electron', 'local_page']),
  version: z.string(),
  platform: z.string(),
  data_dir: z.string(),
  /** The open chain, or null on first run. */
  chain: z.object({ chain_id: z.string(), genesis: hash, sandbox: z.boolean() }).nullable(),
  /** Why no chain is open though one is there; null otherwise. */
  problem: failure.nullable(),
  /**
   * While no chain is open: the names of the chains in neighbouring directories, so that a new one gets another name.
   */
  chains_beside: z.array(z.string()),
  /** Whether the OS keychain answers, tried for real. */
  keychain: z.object({ available: z.boolean(), name: z.string(), reason: z.string().nullable() }),
  /** How a signature is confirmed here. */
  confirmation: z.enum(['dialog', 'window']),
  can_pick_directory: z.boolean(),
  /** The file that is looked at; null where it is a node. Then nothing is signed or changed here. */
  inspection: inspectionView.nullable(),
});
export type HostInfo = z.infer<typeof hostInfo>;

export const hostProcedures = {
  host: ask.output(hostInfo),
  /** A new chain whose keys are in the keychain; with keys in the encrypted file it is a deed. */
  createChain: act
    .input(z.strictObject({ chain_id: z.string(), sandbox: z.boolean(), administrator_name: z.string().optional() }))
    .output(hostInfo),
  /** Tries again to open the chain of this data directory. From a terminal, another one; a page asks for that with requestDeed. */
  openChain: act.input(z.strictObject({ path: z.string() })).output(hostInfo),
  /** A new link that signs one browser in. From a terminal alone. */
  consoleLink: act.output(z.object({ url: z.string(), public_url: z.string() })),
};
