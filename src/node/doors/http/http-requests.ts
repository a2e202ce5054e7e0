import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { toStandardLazyRequest } from '@orpc/standard-server-node';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { WebSocketServer } from 'ws';
import { API_PATH } from '../../../api/http/api-path.ts';
import { methodsOf } from '../../../api/http/routes.ts';
import { QuantumLockError, type ErrorValue } from '../../../base/errors.ts';
import { HTTP_REQUESTS_OF_MEMBER_MAX, HTTP_REQUESTS_OF_STRANGER_MAX } from '../../../base/network-limits.ts';
import type { ServedContract } from '../serve-contract.ts';
import { documentPage, DOCUMENT_PAGE_POLICY } from './document-page.ts';
import { streamEvents, socketEvents } from './event-stream.ts';
import { answerOf, type ContractAnswer } from './http-answers.ts';
import type { HttpNames } from './http-names.ts';
import { HttpProblem } from './http-problem.ts';
import type { HttpRecord } from './http-record.ts';
import type { HttpContext } from './http-router.ts';
import type { HttpTimeouts } from './http-timeouts.ts';
import { limited, type ActiveMember, type LogInDesk } from './log-in-desk.ts';
import { networkOf } from './network-of.ts';
import { openApiAnswer } from './openapi-document.ts';
import { readJsonBody } from './read-body.ts';
import { JSON_TYPE, respondPage, respondProblem, respondTagged, tagged } from './respond.ts';

/** Of a path, in what is told of it. */
const PATH_TOLD_MAX = 200;

export interface RequestsOptions {
  readonly contract: ServedContract;
  readonly desk: LogInDesk;
  readonly record: HttpRecord;
  readonly names: () => HttpNames;
  readonly version: string;
  readonly webSockets: WebSocketServer;
  readonly timeouts: HttpTimeouts;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A line of JSON for each request: who, what, how it ended, how long it took. */
  readonly log: (line: string) => void;
}

interface Caller {
  readonly member: ActiveMember | null;
  readonly context: HttpContext;
}

/** What is known of a request from its beginning on: its connection may be gone when it is answered. */
interface Begun {
  readonly path: string;
  readonly address: string;
  readonly method: string;
  readonly at: number;
}

interface Ended {
  readonly status: number;
  readonly code: string | null;
  readonly member: ActiveMember | null;
}

/** One request after another: whether it is meant for this node, who sent it, how much that one may ask, and what is answered. */
export class HttpRequests {
  readonly #options: RequestsOptions;
  readonly #ofMember = new RateLimiterMemory({ points: HTTP_REQUESTS_OF_MEMBER_MAX, duration: 1 });
  readonly #ofStranger = new RateLimiterMemory({ points: HTTP_REQUESTS_OF_STRANGER_MAX, duration: 1 });

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = begunBy(request);
    const { path } = begun;
    let member: ActiveMember | null = null;
    let code: string | null = null;
    let status: number;
    try {
      this.#assertMeant(request, response);
      if (request.method === 'OPTIONS') status = respondPreflight(response);
      else if (path === `${API_PATH}/docs`)
        status = respondPage(response, await documentPage(this.#options.version), DOCUMENT_PAGE_POLICY);
      else {
        const caller = await this.#callerOf(request, begun);
        ({ member } = caller);
        status = await this.#answer(request, response, { path, caller });
      }
    } catch (error) {
      const problem = this.#problemOf(error);
      ({ code } = problem.error);
      status = response.headersSent ? problem.status : respondProblem(request, response, problem);
    }
    this.#note(begun, { status, code, member });
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const begun = begunBy(request);
    const { path } = begun;
    let member: ActiveMember | null = null;
    let code: string | null = null;
    let status = 101;
    try {
      this.#assertMeant(request, null);
      if (path !== `${API_PATH}/events` || request.method !== 'GET') throw noSuchPath(path);
      const caller = await this.#callerOf(request, begun);
      ({ member } = caller);
      const leaving = new AbortController();
      const url = new URL(request.url ?? '/', 'http://node');
      const answer = await answerOf(
        { method: 'GET', url, headers: {}, signal: leaving.signal, body: () => Promise.resolve(undefined) },
        caller.context,
      );
      if (answer?.kind !== 'events') throw refusalIn(answer, path);
      const events = this.#whileLoggedIn(answer.events, caller.context);
      this.#options.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('close', () => leaving.abort());
        webSocket.on('error', () => webSocket.terminate());
        void socketEvents(webSocket, events, this.#options.timeouts);
      });
    } catch (error) {
      const problem = this.#problemOf(error);
      ({ code } = problem.error);
      ({ status } = problem);
      refuseUpgrade(socket, problem);
    }
    this.#note(begun, { status, code, member });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { path, caller }: { readonly path: string; readonly caller: Caller },
  ): Promise<number> {
    if (path === `${API_PATH}/openapi.json`)
      return respondTagged(request, response, await openApiAnswer(this.#options.version));
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const allowed = methodsOf(path);
    if (allowed.length === 0) throw noSuchPath(path);
    if (!allowed.includes(method)) {
      response.setHeader('Allow', allowed.join(', '));
      const wanted = `${path.slice(0, PATH_TOLD_MAX)} is asked for with ${allowed.join(' or ')}`;
      throw new HttpProblem(new QuantumLockError('USAGE', wanted, { advice: `See ${API_PATH}/docs.` }), 405);
    }
    if (method === 'POST') Object.assign(request, { body: await readJsonBody(request) });
    request.method = method;
    const answer = await answerOf(toStandardLazyRequest(request, response), caller.context);
    if (answer?.kind === 'events') {
      const events = this.#whileLoggedIn(answer.events, caller.context);
      await streamEvents(response, events, this.#options.timeouts);
      return 200;
    }
    if (answer === null || answer.status >= 400) throw refusalIn(answer, path);
    return respondTagged(request, response, tagged(answer.body));
  }

  /** @throws ACCESS_DENIED */
  #assertMeant(request: IncomingMessage, response: ServerResponse | null): void {
    const names = this.#options.names();
    const hosts = request.headersDistinct['host'] ?? [];
    if (hosts.length !== 1 || !names.isOwnHost(hosts[0]))
      throw new HttpProblem(
        new QuantumLockError('ACCESS_DENIED', 'this node is not reached by that host', {
          advice: 'Use the address that the node was started with, or start it with --host-name for this name.',
        }),
        421,
      );
    const { origin } = request.headers;
    if (origin === undefined) return;
    if (!names.mayCall(origin))
      throw new QuantumLockError('ACCESS_DENIED', 'pages of that origin may not call this node', {
        advice: 'Start the node with --allow-origin for the page that is to call it.',
      });
    response?.setHeader('Access-Control-Allow-Origin', origin);
    response?.setHeader('Vary', 'Origin');
    response?.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After');
  }

  /** @throws RATE_LIMITED */
  async #callerOf(request: IncomingMessage, { address }: Begun): Promise<Caller> {
    const { contract, desk } = this.#options;
    const token = tokenOf(request);
    const member = token === null ? null : await desk.memberOf(token, address);
    await within(
      member === null ? this.#ofStranger : this.#ofMember,
      member === null ? networkOf(address) : member.member_id,
    );
    const chain = member === null ? null : contract.client({ door: 'network', asker: member.member_id, member }).chain;
    return { member, context: { chain, desk, address, token } };
  }

  /** A stream lasts as long as its token and its member: nothing is told of what came after. */
  async *#whileLoggedIn(
    events: AsyncIterator<unknown>,
    { token, address }: HttpContext,
  ): AsyncGenerator<unknown, void, undefined> {
    try {
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (token === null || (await this.#options.desk.memberOf(token, address)) === null) return;
        yield next.value;
      }
    } finally {
      await events.return?.();
    }
  }

  #problemOf(error: unknown): HttpProblem {
    if (error instanceof HttpProblem) return error;
    if (error instanceof QuantumLockError) return new HttpProblem(error);
    this.#options.log(JSON.stringify({ level: 'error', event: 'http_failed', error: String(error) }));
    return new HttpProblem(new QuantumLockError('NODE_FAILED', 'the node failed to answer'));
  }

  #note({ at, path, address, method }: Begun, { status, code, member }: Ended): void {
    const { record, log, now } = this.#options;
    const noted = { at: now(), status, code, method, path, address, member_id: member?.member_id ?? null };
    record.note(noted);
    const tookMs = Math.round((performance.now() - at) * 10) / 10;
    log(JSON.stringify({ level: 'info', event: 'http', ...noted, took_ms: tookMs }));
  }
}

function begunBy({ url = '', method = '', socket }: IncomingMessage): Begun {
  const [path = ''] = url.split(/[?#]/, 1);
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { path, address, method, at: performance.now() };
}

/** From the header, or of a browser's WebSocket, which cannot send one, from its protocols. */
function tokenOf({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer ([\w-]{43})$/i.exec(headers.authorization ?? '');
  if (bearer?.[1] !== undefined) return bearer[1];
  return /(?:^|[,\s])bearer\.([\w-]{43})(?:$|[,\s])/.exec(headers['sec-websocket-protocol'] ?? '')?.[1] ?? null;
}

/** @throws RATE_LIMITED */
async function within(limiter: RateLimiterMemory, who: string): Promise<void> {
  try {
    await limiter.consume(who);
  } catch (refused) {
    throw limited('more requests than this node answers in a second', (refused as RateLimiterRes).msBeforeNext);
  }
}

/** What the contract refused, or that it knows no such path. */
function refusalIn(answer: ContractAnswer | null, path: string): Error {
  if (answer?.kind === 'json')
    return new HttpProblem(QuantumLockError.fromValue(answer.body as ErrorValue), answer.status);
  return noSuchPath(path);
}

function noSuchPath(path: string): QuantumLockError {
  return new QuantumLockError('NOT_FOUND', `there is nothing at ${path.slice(0, PATH_TOLD_MAX)}`, {
    advice: `See ${API_PATH}/docs for what there is.`,
  });
}

function refuseUpgrade(socket: Duplex, { status, error }: HttpProblem): void {
  const text = JSON.stringify(error.toValue());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
      'Connection: close',
      `Content-Type: ${JSON_TYPE}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
  );
}

function respondPreflight(response: ServerResponse): number {
  response
    .writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-None-Match, Last-Event-ID',
      'Access-Control-Max-Age': '600',
    })
    .end();
  return 204;
}
