import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../api/contract.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Asker } from '../signing/asking-limit.ts';
import type { Host } from './host.ts';

/** What every procedure is given. */
export interface HostContext {
  readonly host: Host;
  /** Who calls: a page, which is not trusted with this machine, or the person who owns the data directory. */
  readonly door: 'page' | 'terminal';
  /** Which session of the console, or command: each may have so many questions wait. */
  readonly asker: Asker;
}

/** The person who owns the data directory, at a command. */
export const TERMINAL: Pick<HostContext, 'door' | 'asker'> = { door: 'terminal', asker: 'terminal' };

/** An error of ours as it travels: its code, its message, and what to do next. */
export function wireError(error: unknown): unknown {
  if (!(error instanceof QuantumLockError)) return error;
  return new ORPCError(error.code, {
    status: 422,
    message: error.message,
    data: { advice: error.advice, context: error.context },
  });
}

/** The contract, to be implemented; whatever a handler throws leaves as a value with a code. */
export const procedures = implement(contract)
  .$context<HostContext>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw wireError(error);
    }
  });
