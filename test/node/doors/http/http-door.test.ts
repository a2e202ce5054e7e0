import { once } from 'node:events';
import { connect } from 'node:net';

import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';

import { contract } from '../../../../src/api/contract.ts';
import type { ChainProcedure } from '../../../../src/api/http/route.ts';
import { httpContract, routes } from '../../../../src/api/http/routes.ts';
import { HTTP_BODY_SIZE_BYTES_MAX, HTTP_HEAD_SIZE_BYTES_MAX } from '../../../../src/base/network-limits.ts';
import { levelHolds } from '../../../../src/ledger/permissions.ts';
import { HttpDoor } from '../../../../src/node/doors/http/http-door.ts';
import { HTTP_TIMEOUTS } from '../../../../src/node/doors/http/http-timeouts.ts';
import { networkOf } from '../../../../src/node/doors/http/network-of.ts';
import { decodeUtf8 } from '../../../../src/base/bytes.ts';
import {
  encodeTransaction,
  signTransaction,
  type UnsignedTransaction,
} from '../../../../src/ledger/transactions/transaction.ts';
import type { SandboxHost } from '../../governance/sandbox-host.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';
import { SeededRandom } from '../../../crash/seeded-random.ts';
import { addMember, agree, askAt, httpFixture, sandboxMember, type Member } from './http-fixture.ts';

const HASH = `0x${'00'.repeat(32)}`;
/** A body that fits each procedure that takes one. */
const BODY: Readonly<Record<string, unknown>> = {
  submit: { transaction: '{}' },
  simulate: { unsigned: '{}' },
  difference: { before: { nothing: true }, after: { nothing: true } },
  draft: { action: 'unfreeze', payload: {}, proposer: 'operations-1' },
  rollbackPreview: { target: { height: 0 } },
};

/** A path that reaches each procedure. */
const EXAMPLE: Readonly<Record<string, string>> = {
  block: '0',
  index: '0',
  id: HASH,
  env_id: 'none',
  digest: HASH,
  state_hash: HASH,
  '+path': 'a/b.txt',
  '+key': 'none',
  namespace: 'members',
  which: 'newest',
  proposal_id: HASH,
};

const pathOf = (path: string): string =>
  `/blockchain${path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => EXAMPLE[name] ?? name)}`;

/** As an HTTP client would write it, without the client's help. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(parts).toString('latin1');
}

describe('what is reached over HTTP', () => {
  test('is every procedure of the chain but the page’s own stream, and none of the operator’s', () => {
    const reached = routes.map(({ procedure }) => procedure);
    expect(new Set(reached).size).toBe(reached.length);
    expect([...reached, 'events'].toSorted()).toEqual(Object.keys(contract.chain).toSorted());
    const places = Object.values(httpContract).map(({ '~orpc': { route } }) => `${route.method} ${route.path}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('is described by a document that a stock validator accepts, and by a page', async () => {
    const { ask } = await httpFixture();
    const { status, body } = await ask('/blockchain/openapi.json');
    expect(status).toBe(200);
    const checked = await new Validator().validate(body as Parameters<Validator['validate']>[0]);
    expect(checked.errors ?? []).toEqual([]);
    expect((body as { openapi: string }).openapi).toMatch(/^3\.1\./);
    const { paths } = body as { paths: Record<string, Record<string, { operationId: string }>> };
    const described = Object.values(paths).flatMap((one) => Object.values(one).map(({ operationId }) => operationId));
    expect(described.toSorted()).toEqual(Object.keys(httpContract).toSorted());
    const page = await ask('/blockchain/docs');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const one of described) expect(page.body).toContain(`id="${one}"`);
    expect(page.body).not.toContain('<script');
  });
});

describe('who gets in', () => {
  test('nobody without a token, at any path, by any method', async () => {
    const { ask, door } = await httpFixture();
    for (const { place } of routes) {
      const body = place.method === 'POST' ? { body: {} } : {};
      for (const token of [undefined, 'x'.repeat(43), '', `${'x'.repeat(42)}=`]) {
        const reply = await ask(pathOf(place.path), {
          method: place.method,
          ...body,
          ...(token === undefined ? {} : { token }),
        });
        expect([place.path, reply.status, (reply.body as { code: string }).code]).toEqual([
          place.path,
          401,
          'LOG_IN_REQUIRED',
        ]);
        expect(reply.headers['www-authenticate']).toBe('Bearer');
      }
    }
    expect(door.record.counts.refused).toBe(routes.length * 4);
    expect(door.record.refusals[0]).toMatchObject({ code: 'LOG_IN_REQUIRED', status: 401, member_id: null });
  });

  test('a member may do what its level may, as the state has it at each call', async () => {
    const { ask, logIn, sandbox } = await httpFixture();
    const reader = await addMember(sandbox, 'reader', 'read_only');
    const engineer = await addMember(sandbox, 'engineer', 'blue_state');
    const tokens = { read_only: await logIn(reader), blue_state: await logIn(engineer) };
    for (const level of ['read_only', 'blue_state'] as const)
      for (const { procedure, place } of routes) {
        if (procedure === 'follow') continue;
        const { permission } = contract.chain[procedure as Exclude<ChainProcedure, 'events'>]['~orpc'].meta;
        const body = place.method === 'POST' ? { body: BODY[procedure] } : {};
        const { status } = await ask(pathOf(place.path), { method: place.method, ...body, token: tokens[level] });
        const may = permission !== 'operator' && levelHolds(level, permission);
        expect([procedure, level, status === 403], procedure).toEqual([procedure, level, !may]);
        expect(status).not.toBe(401);
        expect(status).toBeLessThan(500);
      }
    // What the state says changes what an open token may.
    await sandbox.propose('update_member', {
      member_id: 'engineer',
      name: 'engineer',
      level: 'read_only',
      status: 'active',
    });
    await agree(sandbox);
    expect(
      (await ask('/blockchain/transactions', { method: 'POST', body: { transaction: '{}' }, token: tokens.blue_state }))
        .status,
    ).toBe(403);
    await sandbox.propose('remove_member', { member_id: 'engineer' });
    await agree(sandbox);
    expect((await ask('/blockchain/status', { token: tokens.blue_state })).status).toBe(401);
    expect((await ask('/blockchain/status', { token: tokens.read_only })).status).toBe(200);
  });

  test('an answer to a challenge opens once, for the origin that it was signed for', async () => {
    const { ask, answerFor, sandbox, door } = await httpFixture();
    const member = await sandboxMember(sandbox, 'Operations 1');
    const logIn = (body: unknown) => ask('/blockchain/log-in/token', { method: 'POST', body });
    const answer = await answerFor(member);
    expect((await logIn(answer)).status).toBe(200);
    expect((await logIn(answer)).status).toBe(401);
    expect((await logIn(await answerFor(member, `http://evil.example:${door.port}`))).status).toBe(401);
    const { token } = (await logIn(await answerFor(member, `http://localhost:${door.port}`))).body as { token: string };
    expect((await ask('/blockchain/status', { token })).status).toBe(200);
    expect((await ask('/blockchain/log-in/end', { method: 'POST', body: {}, token })).body).toEqual({ ended: true });
    expect((await ask('/blockchain/status', { token })).status).toBe(401);
    expect(door.desk.failureCount).toBe(2);
  });
});

describe('a request that is not meant for this node, or is no request', () => {
  test('of another host or another page is refused, before anything is looked at', async () => {
    const { ask, door, logIn, sandbox } = await httpFixture({
      hostNames: ['ledger.example'],
      origins: ['https://lab.example'],
    });
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    const status = (headers: Record<string, string>) => ask('/blockchain/status', { token, headers });
    for (const host of [
      'evil.example',
      `evil.example:${door.port}`,
      `127.0.0.1:${door.port + 1}`,
      '127.0.0.1',
      `127.0.0.1.:${door.port}`,
    ]) {
      const reply = await status({ host });
      expect([host, [400, 421].includes(reply.status)]).toEqual([host, true]);
    }
    for (const host of [`LOCALHOST:${door.port}`, `ledger.example:${door.port}`, `[::1]:${door.port}`])
      expect((await status({ host })).status).toBe(200);
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${door.port + 1}`,
      'https://lab.example.evil.example',
    ])
      expect([origin, (await status({ origin })).status]).toEqual([origin, 403]);
    const allowed = await status({ origin: 'https://lab.example' });
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, 'https://lab.example']);
    expect(
      (await ask('/blockchain/status', { method: 'OPTIONS', headers: { origin: 'https://lab.example' } })).status,
    ).toBe(204);
    expect(
      (await ask('/blockchain/status', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).status,
    ).toBe(403);
  });

  test('by tricks of path or head reaches nothing', async () => {
    const { door, ask, logIn, sandbox } = await httpFixture();
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    for (const path of [
      '/',
      '/blockchain',
      '/blockchain/',
      '/status',
      '/blockchain/operator/keys',
      '/blockchain/chain/status',
      '/blockchain/x/../../operator/host',
      '/blockchain/%2e%2e/operator/host',
      '/blockchain//operator/host',
      '//evil.example/blockchain/status',
      '/blockchain\\status',
      '/blockchain/status%00',
      '/blockchain/%73tatus',
      '/BLOCKCHAIN/status',
      '/bridge',
      '/blockchain/requestReview',
      '/blockchain/content/..%2f..%2fkeys/files',
    ]) {
      const { status } = await ask(path, { token });
      expect([path, [400, 404].includes(status)]).toEqual([path, true]);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'POST', 'PROPFIND']) {
      const reply = await ask('/blockchain/status', { method, token, ...(method === 'POST' ? { body: {} } : {}) });
      expect([method, reply.status, reply.headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
    const head = `GET /blockchain/status HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n`;
    const host = `Host: 127.0.0.1:${door.port}\r\n`;
    expect(await raw(door.port, `${head}${host}\r\n`)).toMatch(/^HTTP\/1\.1 200/);
    for (const trick of [
      `${host}Host: evil.example:1\r\n`,
      '',
      `${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`,
      `${host}X-Long: ${'a'.repeat(HTTP_HEAD_SIZE_BYTES_MAX)}\r\n`,
      `${host}Bad Header: 1\r\n`,
      `${host} folded: 1\r\n`,
      `${host}X: \u0000\r\n`,
    ])
      expect(await raw(door.port, `${head}${trick}\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d/);
    // A second token does not help the first.
    const doubled = await raw(door.port, `${head}Authorization: Bearer ${'x'.repeat(43)}\r\n${host}\r\n`);
    expect(doubled).toMatch(/^HTTP\/1\.1 (200|4\d\d)/);
  });

  test('is not read further than its limits', async () => {
    const { ask, door, logIn, sandbox } = await httpFixture();
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    const post = (body: string, headers = {}) =>
      ask('/blockchain/transactions', { method: 'POST', body, token, headers });
    const large = await post(JSON.stringify({ transaction: 'x'.repeat(HTTP_BODY_SIZE_BYTES_MAX) })).catch(
      (error: unknown) => error,
    );
    // It may be closed while the client still writes.
    if (!(large instanceof Error)) expect(large).toMatchObject({ status: 413, body: { code: 'LIMIT_EXCEEDED' } });
    for (const [body, headers] of [
      ['{', {}],
      ['\u0000', {}],
      ['[]', {}],
      ['"text"', {}],
      ['{"transaction":7}', {}],
      ['{"transaction":"{}","more":1}', {}],
      ['{"transaction":"{}"}', { 'content-type': 'text/plain' }],
      ['{"transaction":"{}"}', { 'content-type': 'multipart/form-data; boundary=x' }],
    ] as const)
      expect(await post(body, headers)).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'limit=1&limit=2', 'more=1', 'before=-1', 'limit[a]=1', ''])
      expect([query, (await ask(`/blockchain/blocks?${query}`, { token })).status]).toEqual([query, 400]);
    expect((await ask('/blockchain/blocks?limit=5', { token })).status).toBe(200);
    expect(door.record.counts.failed).toBe(0);
  });

  test('that comes too slowly is ended', async () => {
    const { door } = await httpFixture({ timeouts: { ...HTTP_TIMEOUTS, requestMs: 400 } });
    const host = `Host: 127.0.0.1:${door.port}\r\n`;
    // Neither head nor body ever ends.
    for (const begun of [
      `GET /blockchain/status HTTP/1.1\r\n${host}X: `,
      `POST /blockchain/transactions HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ])
      expect(await raw(door.port, begun)).toMatch(/^$|^HTTP\/1\.1 (401|408)/);
  });

  test('over plain HTTP is served on this machine alone', async () => {
    const { sandbox, door } = await httpFixture();
    const { host } = sandbox;
    await expect(
      HttpDoor.open({ host, address: '0.0.0.0', port: 0, tls: null, hostNames: [], origins: [], log: () => undefined }),
    ).rejects.toMatchObject({ code: 'USAGE', advice: expect.stringContaining('--tls-cert') });
    expect((await askAt(door.port, '/blockchain/status', {})).status).toBe(401);
  });
});

describe('answers', () => {
  test('have a tag, and are not sent again to who has them', async () => {
    const { ask, logIn, sandbox } = await httpFixture();
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    const first = await ask('/blockchain/blocks/0', { token });
    const { hash } = first.body as { hash: string };
    expect(first.headers.etag).toMatch(/^"[\w-]{43}"$/);
    const tag = first.headers.etag ?? '';
    const again = await ask(`/blockchain/blocks/0`, { token, headers: { 'if-none-match': `"other", ${tag}` } });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await ask(`/blockchain/blocks/${hash}`, { token })).headers.etag).toBe(tag);
    const head = await ask('/blockchain/blocks/0', { method: 'HEAD', token });
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', tag]);
  });

  test('are what the contract answers, by path and query', async () => {
    const { ask, logIn, sandbox } = await httpFixture();
    const { client } = sandbox;
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    await sandbox.send('create_environment', {
      env_id: 'lab/cart.pole',
      state_hash: hashOf('a'),
      metadata: { name: 'Cart & pole' },
    });
    const read = async (path: string) => (await ask(`/blockchain${path}`, { token })).body;
    const asked = async (promise: Promise<unknown>) => JSON.parse(JSON.stringify(await promise)) as unknown;
    expect(await read('/environments/lab%2Fcart.pole')).toEqual(
      await asked(client.chain.environment({ env_id: 'lab/cart.pole' })),
    );
    expect(await read('/audit?action=create_environment,freeze&limit=10')).toEqual(
      await asked(client.chain.audit({ filter: { actions: ['create_environment', 'freeze'] }, limit: 10 })),
    );
    expect(await read('/audit/count?env_id=lab%2Fcart.pole')).toEqual({ count: 1, exact: true });
    expect(await read(`/green/${hashOf('a')}`)).toEqual(
      await asked(client.chain.greenHolders({ state_hash: hashOf('a') })),
    );
    expect(await read('/environments/lab%2Fcart.pole/green-proof?height=1')).toEqual(
      await asked(client.chain.greenProof({ env_id: 'lab/cart.pole', at: { height: 1 } })),
    );
    expect(await read('/state/environments/lab/cart.pole')).toEqual(
      await asked(client.chain.state({ namespace: 'environments', key: 'lab/cart.pole' })),
    );
    expect(await read('/environments/absent')).toMatchObject({ code: 'NOT_FOUND', advice: expect.any(String) });
    expect((await ask('/blockchain/environments/absent', { token })).status).toBe(404);
  });

  test('to a transaction are its receipt, once and again', async () => {
    const { ask, logIn, sandbox } = await httpFixture();
    const member = await sandboxMember(sandbox, 'Operations 1');
    const token = await logIn(member);
    const transaction = await signedBy(member, sandbox);
    const submit = () => ask('/blockchain/transactions', { method: 'POST', body: { transaction }, token });
    const first = await submit();
    expect(first).toMatchObject({ status: 200, body: { outcome: 'committed', receipt: { block_index: 1 } } });
    expect((await submit()).body).toEqual(first.body);
    const { id } = (first.body as { receipt: { id: string } }).receipt;
    expect((await ask(`/blockchain/transactions/${id}`, { token })).body).toMatchObject({ id, env_id: 'from-afar' });
    const altered = transaction.replace('from-afar', 'from-anear');
    const refused = await ask('/blockchain/transactions', { method: 'POST', body: { transaction: altered }, token });
    expect(refused.body).toMatchObject({ outcome: 'rejected', rejection: { name: 'SIGNATURE_INVALID' } });
  });

  test('are no fault of this program, whatever is asked', async () => {
    const { ask, logIn, sandbox, door } = await httpFixture();
    const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
    const random = SeededRandom.announced('requests that nobody would send');
    const odd = [
      '',
      '0',
      '-1',
      '1e9',
      '9007199254740993',
      'x'.repeat(400),
      '%00',
      '%ff',
      '{}',
      '[]',
      'null',
      '0x',
      HASH,
      '../..',
      'ü',
      "'--",
      '%F0%9F%92%A9',
    ];
    for (let count = 0; count < 250; count++) {
      const { place } = random.pick(routes);
      const path = place.path.replaceAll(/\{[^}]+\}/g, () => random.pick(odd));
      const query = Array.from(
        { length: random.below(3) },
        () => `${random.pick(['limit', 'at', 'height', 'time', 'after', 'which', 'text', 'a[b]'])}=${random.pick(odd)}`,
      );
      const asked =
        place.method === 'POST'
          ? {
              method: 'POST',
              body: random.pick([
                '{}',
                '{"unsigned":"{}"}',
                '{"transaction":"{\\"a\\":1}"}',
                '[]',
                '{"target":{"height":99}}',
              ]),
            }
          : {};
      if (place.path === '/events') continue;
      const reply = await ask(
        encodeURI(decodeURI(`/blockchain${path}`.replaceAll('%ff', '%25ff'))) +
          (query.length === 0 ? '' : `?${encodeURI(query.join('&').replaceAll('%ff', ''))}`),
        { token, ...asked },
      );
      expect([path, query, reply.status < 500, reply.body]).toEqual([path, query, true, reply.body]);
    }
    expect(door.record.counts.failed).toBe(0);
  });
});

test('requests are told in lines of JSON that hold no secret', async () => {
  const fixture = await httpFixture();
  const { ask, logIn, sandbox, lines } = fixture;
  const token = await logIn(await sandboxMember(sandbox, 'Operations 1'));
  await ask('/blockchain/search?text=what-somebody-looks-for', { token });
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.at(-1)).toMatchObject({
    event: 'http',
    status: 200,
    method: 'GET',
    path: '/blockchain/search',
    member_id: 'operations-1',
  });
  for (const secret of [token, 'what-somebody-looks-for']) expect(lines.join('\n')).not.toContain(secret);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1:2:3:4', 'fe80:0:0:0'],
])('%s shares the limit of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

async function signedBy({ secret, publicKey }: Member, { host }: SandboxHost): Promise<string> {
  const { chain } = host.node;
  const unsigned: UnsignedTransaction = {
    action: 'create_environment',
    chain_id: chain.chain_id,
    era: chain.era,
    nonce: 1,
    payload: { env_id: 'from-afar', state_hash: hashOf('afar'), metadata: {} },
    recipient: 'blue_state',
    sender: 'blue_state',
    signer: publicKey,
    timestamp: (await host.node.clock()).timestamp,
  };
  return decodeUtf8(encodeTransaction(signTransaction(unsigned, chain, secret)));
}
