import { oc } from '@orpc/contract';
import type { Permission } from '../ledger/permissions.ts';

/** What each entry of the contract says besides its name, its input and its output. */
export interface ProcedureMeta {
  readonly kind: 'query' | 'command' | 'stream';
  /** `operator`: only the person at this machine, never over a network. */
  readonly permission: Permission | 'operator';
  /** On a file that is inspected, commands are refused and the others answered, but for those that say otherwise here. */
  readonly onFile?: 'refused' | 'answered';
}

const define = oc.$meta<ProcedureMeta>({ kind: 'query', permission: 'operator' });

/** Of the chain. */
export const read = define.meta({ kind: 'query', permission: 'read_blockchain' });
export const watch = define.meta({ kind: 'stream', permission: 'read_blockchain' });
export const write = define.meta({ kind: 'command', permission: 'write_blue_state' });

/** Of this machine. */
export const ask = define.meta({ kind: 'query', permission: 'operator' });
export const act = define.meta({ kind: 'command', permission: 'operator' });
export const follow = define.meta({ kind: 'stream', permission: 'operator' });

/** What changes nothing of a chain or a machine, although it is a command. */
export const actOnFile = define.meta({ kind: 'command', permission: 'operator', onFile: 'answered' });
/** What stores something, or is of a node alone, although it is a stream. */
export const followNode = define.meta({ kind: 'stream', permission: 'operator', onFile: 'refused' });
/** What is of a node alone: a file has none of it. */
export const askNode = define.meta({ kind: 'query', permission: 'operator', onFile: 'refused' });
