import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

import { onTestFinished } from 'vitest';

import { logInDigest } from '../../../../src/api/http/log-in.ts';
import type { Hash, PublicKey } from '../../../../src/base/bytes.ts';
import { publicKeyOf, signDigest } from '../../../../src/ledger/crypto/signature.ts';
import type { Level } from '../../../../src/ledger/permissions.ts';
import { HttpDoor, type HttpDoorOptions } from '../../../../src/node/doors/http/http-door.ts';
import { newKey, sandboxHost, type SandboxHost } from '../../governance/sandbox-host.ts';

const PASSPHRASE = 'a passphrase for tests';

/** A member elsewhere: a key that this host need not have. */
export interface Member {
  readonly publicKey: PublicKey;
  readonly secret: Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly token?: string;
}

type Answer = Readonly<Record<string, string>>;
type Post = (path: string, body: unknown) => Promise<Pick<Reply, 'body'>>;

export interface HttpFixture {
  readonly sandbox: SandboxHost;
  readonly door: HttpDoor;
  readonly lines: readonly string[];
  ask(path: string, asked?: Asked): Promise<Reply>;
  /** The signed answer to a new challenge, not sent. */
  answerFor(member: Member, origin?: string): Promise<Answer>;
  /** The same, where requests go another way. */
  answerOver(member: Member, by: Post, origin?: string): Promise<Answer>;
  logIn(member: Member): Promise<string>;
}

/** An administrator of the sandbox, with the key that this host happens to have. */
export async function sandboxMember({ host }: SandboxHost, name: string): Promise<Member> {
  const { key_id: keyId } = await host.keyring.find(name);
  const session = await host.keyring.file.openSession(PASSPHRASE);
  const secret = new Uint8Array(session.secret(keyId));
  return { secret, publicKey: publicKeyOf(secret) };
}

/** A real host on a sandbox chain, and the door on a port of loopback. */
export async function httpFixture(options: Partial<HttpDoorOptions> = {}): Promise<HttpFixture> {
  const sandbox = await sandboxHost();
  const lines: string[] = [];
  const door = await HttpDoor.open({
    host: sandbox.host,
    address: null,
    port: 0,
    tls: null,
    hostNames: [],
    origins: [],
    log: (line) => lines.push(line),
    ...options,
  });
  onTestFinished(() => door.close());
  const ask = (path: string, asked: Asked = {}): Promise<Reply> => askAt(door.port, path, asked);
  const post: Post = (path, body) => ask(path, { method: 'POST', body });
  const answerOver = async ({ publicKey, secret }: Member, by: Post, origin = door.origin): Promise<Answer> => {
    const { body } = await by('/blockchain/log-in/challenge', { public_key: publicKey });
    const { challenge, chain } = body as { challenge: Hash; chain: { genesis: Hash; era: number } };
    const signature = signDigest(logInDigest(chain, { challenge, origin, publicKey }), secret);
    return { challenge, public_key: publicKey, origin, signature };
  };
  return {
    sandbox,
    door,
    lines,
    ask,
    answerOver,
    answerFor: (member, origin) => answerOver(member, post, origin),
    async logIn(member) {
      const reply = await ask('/blockchain/log-in/token', { method: 'POST', body: await answerOver(member, post) });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      return (reply.body as { token: string }).token;
    },
  };
}

/** As it is written, whatever a well-behaved client would make of it. */
export function askAt(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, token }: Asked,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: {
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    request.on('error', reject).on('response', (response) => {
      const parts: Buffer[] = [];
      response
        .on('error', reject)
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          const all = Buffer.concat(parts).toString('utf8');
          const isJson = all !== '' && response.headers['content-type']?.startsWith('application/json') === true;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(all) : all,
          });
        });
    });
    request.end(text);
  });
}

/** A new member of the chain, agreed on by two administrators, with a key of this host. */
export async function addMember(sandbox: SandboxHost, memberId: string, level: Level): Promise<Member> {
  await sandbox.as('Operations 1');
  await newKey(sandbox, memberId);
  const card = await sandbox.prove(memberId, `member/${memberId}`);
  const made = await sandbox.propose('add_member', { member_id: memberId, name: memberId, level, keys: [card] });
  if (made.outcome !== 'committed') throw new Error(JSON.stringify(made));
  await agree(sandbox);
  return sandboxMember(sandbox, memberId);
}

/** The second administrator approves what is open. */
export async function agree(sandbox: SandboxHost): Promise<void> {
  const { proposals } = await sandbox.client.chain.proposals({ state: 'open', limit: 1 });
  await sandbox.as('Operations 2');
  const done = await sandbox.send('approve', { proposal_id: proposals[0]?.proposal_id ?? '' });
  if (done.outcome !== 'committed') throw new Error(JSON.stringify(done));
  await sandbox.as('Operations 1');
}
