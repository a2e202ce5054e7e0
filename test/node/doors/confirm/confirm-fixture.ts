import { request as httpRequest } from 'node:http';

import { onTestFinished } from 'vitest';

import type { SigningReview } from '../../../../src/api/operator/signing.ts';
import { HostDeeds, type HostDeed } from '../../../../src/node/host/host-deeds.ts';
import { ConfirmServer, type ConfirmServerOptions } from '../../../../src/node/doors/confirm/server.ts';
import { openDesk, type DeskBench } from '../../signing/desk-fixture.ts';

export const SIGNING_CODE = '12-34-56-78-90-12';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Bench extends DeskBench {
  readonly server: ConfirmServer;
  readonly deeds: HostDeeds;
  /** What the server told its log. */
  readonly errors: readonly unknown[];
  /** To this machine, whatever the name. */
  send(method: string, url: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answer>;
  /** Opens the window as a browser does, and gives where it ended. */
  open(asked: Asked): Promise<{ readonly url: string; readonly answer: Answer }>;
  /** As a browser sends the page's own form. */
  submit(asked: Asked, fields: Readonly<Record<string, string>>): Promise<Answer>;
}

/** What has a window: a review, or a deed of the host. */
type Asked = Pick<SigningReview, 'review_id'> | Pick<HostDeed, 'deed_id'>;

const idOf = (asked: Asked): string => ('deed_id' in asked ? asked.deed_id : asked.review_id);

export const tokenIn = (body: string): string => /name="token" value="([^"]+)"/.exec(body)?.[1] ?? 'no form';

export const wordsIn = (body: string): string[] =>
  [...body.matchAll(/<li>([a-z]+)<\/li>/g)].map(([, word]) => word ?? '');

/** What a page's form holds, and its reader types: which word is asked for stands at the end of what is shown. */
export const formIn = (body: string): { readonly token: string; readonly word: string } => {
  const asked = /<strong>word (\d+)<\/strong>/.exec(body)?.[1];
  return { token: tokenIn(body), word: wordsIn(body)[Number(asked) - 1] ?? 'none' };
};

export async function openConfirmation(more: Partial<ConfirmServerOptions> = {}): Promise<Bench> {
  const bench = await openDesk();
  const deeds = new HostDeeds({ wall: () => bench.node.now, monotonic: () => bench.node.uptime });
  const errors: unknown[] = [];
  const server = new ConfirmServer({
    desk: () => bench.desk,
    deeds: () => deeds,
    signingCode: SIGNING_CODE,
    storedPassphrase: () => null,
    clock: () => bench.node.now,
    onError: (error) => void errors.push(error),
    ...more,
  });
  await server.listen();
  onTestFinished(() => server.close());
  const send: Bench['send'] = (method, url, headers = {}, body = '') =>
    new Promise((resolve, reject) => {
      const { host, port, pathname, search } = new URL(url);
      const target = { host: '127.0.0.1', port, path: pathname + search, method, headers: { host, ...headers } };
      const request = httpRequest({ ...target, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  const open: Bench['open'] = async (asked) => {
    const url = server.confirmUrl(idOf(asked));
    const first = await send('GET', url);
    if (first.status !== 303) return { url, answer: first };
    const next = new URL(String(first.headers['location']), url).href;
    return { url: next, answer: await send('GET', next) };
  };
  /** One window for each. */
  const windows = new Map<string, Promise<{ readonly url: string }>>();
  const submit: Bench['submit'] = async (asked, fields) => {
    const opening = windows.get(idOf(asked)) ?? open(asked);
    windows.set(idOf(asked), opening);
    const { url } = await opening;
    const form = formIn((await send('GET', url)).body);
    const body = new URLSearchParams({ ...form, ...fields }).toString();
    return send('POST', url, { ...FORM, origin: new URL(url).origin }, body);
  };
  return { ...bench, server, deeds, errors, send, open, submit };
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
