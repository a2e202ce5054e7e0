import { SmartCoercionPlugin } from '@orpc/json-schema';
import { StandardOpenAPIHandler } from '@orpc/openapi/standard';
import type { StandardLazyRequest, StandardResponse } from '@orpc/standard-server';
import { decodeWireError } from '../../../api/wire-error.ts';
import { API_PATH } from '../../../api/http/api-path.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { httpRouter, type HttpContext } from './http-router.ts';
import { jsonSchemas } from './json-schema.ts';

/** What the contract answers to a request, before it is written. */
export type ContractAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'events'; readonly events: AsyncIterator<unknown> };

const handler = new StandardOpenAPIHandler<HttpContext>(httpRouter as never, {
  plugins: [new SmartCoercionPlugin({ schemaConverters: [jsonSchemas] })],
  customErrorResponseBodyEncoder: (error) => {
    const own = decodeWireError(error);
    // What is none of ours is a fault of this program, and its words are for the log.
    const told =
      own instanceof QuantumLockError ? own : new QuantumLockError('NODE_FAILED', 'the node failed to answer');
    return told.toValue();
  },
});

/** Null where there is no such path, or not with this method. */
export async function answerOf(request: StandardLazyRequest, context: HttpContext): Promise<ContractAnswer | null> {
  const result = await handler.handle(request, { prefix: API_PATH, context });
  return result.matched ? kindOf(result.response) : null;
}

function kindOf({ status, body }: StandardResponse): ContractAnswer {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
    ? { kind: 'events', events: (body as AsyncIterable<unknown>)[Symbol.asyncIterator]() }
    : { kind: 'json', status, body };
}
