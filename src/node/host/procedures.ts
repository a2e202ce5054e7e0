import { implement } from '@orpc/server';
import { contract } from '../../api/contract.ts';
import type { ProcedureMeta } from '../../api/procedure.ts';
import { encodeWireError } from '../../api/wire-error.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { levelHolds, type Level } from '../../ledger/permissions.ts';
import type { Asker } from '../signing/asking-limit.ts';
import type { Host } from './host.ts';

/** What every procedure is given: the host, and who calls, as the door knows it. */
export interface HostContext {
  readonly host: Host;
  /**
   * `page`, `terminal`: the operator of this machine, by a page, which is not trusted with it, or as the person who
   * owns the data directory. `network`: the member that `member` names.
   */
  readonly door: 'page' | 'terminal' | 'network';
  /** Which session of the console, or command: each may have so many questions wait. */
  readonly asker: Asker;
  /** An active member of the chain, who proved to be it over the network; for anybody else there it is left out. */
  readonly member?: { readonly member_id: string; readonly level: Level };
}

export type Caller = Omit<HostContext, 'host'>;

/** The person who owns the data directory, at a command. */
export const TERMINAL = { door: 'terminal', asker: 'terminal' } as const satisfies Caller;

/** The contract, to be implemented; whatever a handler throws leaves as a value with a code. */
export const procedures = implement(contract)
  .$context<HostContext>()
  .use(async ({ next }) => {
    try {
      const answer = await next();
      return isStream(answer.output) ? { ...answer, output: wired(answer.output) as never } : answer;
    } catch (error) {
      throw encodeWireError(error);
    }
  })
  .use(({ context, procedure, path, next }) => {
    const { meta } = procedure['~orpc'];
    assertMayCall(context, meta, path);
    if (context.host.inspection !== null) assertReads(meta, path);
    return next();
  });

function isStream(output: unknown): output is AsyncGenerator<unknown, unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** A stream answers once it is read, when its procedure has long returned. */
async function* wired(events: AsyncGenerator<unknown, unknown>): AsyncGenerator<unknown, unknown> {
  try {
    return yield* events;
  } catch (error) {
    throw encodeWireError(error);
  }
}

/** Before the input is looked at. @throws ACCESS_DENIED */
function assertMayCall(caller: Caller, { permission }: ProcedureMeta, path: readonly string[]): void {
  if (mayCall(caller, permission)) return;
  throw new QuantumLockError('ACCESS_DENIED', `${path.join('.')} needs the permission ${permission}`, {
    context: { permission },
    advice:
      permission === 'operator'
        ? 'Only the person at the machine of the node can do this.'
        : 'Ask an administrator of the chain for a level that has it.',
  });
}

function mayCall(caller: Caller, permission: ProcedureMeta['permission']): boolean {
  if (caller.door !== 'network') return true;
  return permission !== 'operator' && caller.member !== undefined && levelHolds(caller.member.level, permission);
}

/** A file is read, and nothing else: whatever the page asks for. @throws INSPECTION_ONLY */
function assertReads({ kind, onFile }: ProcedureMeta, path: readonly string[]): void {
  if (onFile === 'answered' || (onFile === undefined && kind !== 'command')) return;
  throw new QuantumLockError('INSPECTION_ONLY', `${path.join('.')} is not done on a file that is inspected`);
}
