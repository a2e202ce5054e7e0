import { ORPCError, withEventMeta } from '@orpc/client';
import { implement, os, Procedure, type RouterClient } from '@orpc/server';
import type { FollowedEvent } from '../../../api/chain/events.ts';
import { logInContract } from '../../../api/http/log-in.ts';
import type { Route } from '../../../api/http/route.ts';
import { routes } from '../../../api/http/routes.ts';
import { httpStatusOf } from '../../../api/http/status-codes.ts';
import { encodeWireError } from '../../../api/wire-error.ts';
import { isErrorCode, QuantumLockError } from '../../../base/errors.ts';
import type { hostRouter } from '../../host/router.ts';
import type { LogInDesk } from './log-in-desk.ts';

export type ChainClient = RouterClient<typeof hostRouter>['chain'];

/** Who asks, and what a request is answered with. */
export interface HttpContext {
  /** The contract, called as the member who sent the request; null where nobody is logged in. */
  readonly chain: ChainClient | null;
  readonly desk: LogInDesk;
  readonly address: string;
  /** The token that came with the request, whether or not it is anybody's. */
  readonly token: string | null;
}

/** An error with the status that HTTP has for it. */
function asHttpError(error: unknown): unknown {
  const wired = encodeWireError(error);
  if (!(wired instanceof ORPCError)) return wired;
  const { code, message, data } = wired as ORPCError<string, unknown>;
  return isErrorCode(code) ? new ORPCError(code, { status: httpStatusOf(code), message, data }) : wired;
}

/** Around every procedure of this door. */
const withHttpErrors = os.$context<HttpContext>().middleware(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw asHttpError(error);
  }
});

type Call = (input: unknown, options: { readonly signal?: AbortSignal }) => Promise<unknown>;

interface Handled {
  readonly context: HttpContext;
  readonly input: unknown;
  readonly signal?: AbortSignal;
  readonly lastEventId?: string | undefined;
}

/** A route, as a call of the contract in the name of who asks. The contract holds the answer against its schema: not again here. */
function mounted({ procedure, contract, toInput }: Route): Procedure<never, never, never, never, never, never> {
  const implemented = implement({ route: contract })
    .$context<HttpContext>()
    .use(withHttpErrors)
    .use(({ context, next }) => {
      if (context.chain === null)
        throw new QuantumLockError('LOG_IN_REQUIRED', 'no valid token came with this request');
      return next();
    })
    .route.handler(async ({ context, input, signal, lastEventId }: Handled) => {
      const call = context.chain?.[procedure] as unknown as Call;
      const given = toInput(input as never);
      const options = signal === undefined ? {} : { signal };
      if (procedure !== 'follow') return call(given, options);
      // A browser that lost its stream says by itself which event it had last.
      const from = lastEventId === undefined ? given : { ...(given as object), after: lastEventId };
      return identified((await call(from, options)) as AsyncGenerator<FollowedEvent>);
    });
  const { outputSchema: _output, ...rest } = implemented['~orpc'];
  return new Procedure(rest as never);
}

/** Each event with its cursor as its id, for those who continue by it. */
async function* identified(events: AsyncGenerator<FollowedEvent>): AsyncGenerator<FollowedEvent> {
  for await (const event of events) yield event.cursor === null ? event : withEventMeta(event, { id: event.cursor });
}

const logIn = implement(logInContract).$context<HttpContext>().use(withHttpErrors);

/** What the HTTP door answers: the routes of the contract's table, and the log-in. */
export const httpRouter = {
  ...Object.fromEntries(routes.map((route) => [route.procedure, mounted(route)])),
  logInChallenge: logIn.logInChallenge.handler(({ context: { desk, address }, input }) =>
    desk.challenge(input.public_key, address),
  ),
  logIn: logIn.logIn.handler(({ context: { desk, address }, input }) => desk.logIn(input, address)),
  logOut: logIn.logOut.handler(({ context: { desk, token } }) => ({ ended: token !== null && desk.end(token) })),
};
