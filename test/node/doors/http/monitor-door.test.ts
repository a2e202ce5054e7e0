import parsePrometheus from 'parse-prometheus-text-format';
import { describe, expect, onTestFinished, test } from 'vitest';

import { MonitorDoor } from '../../../../src/node/doors/http/monitor-door.ts';
import { sandboxHost, type SandboxHost } from '../../governance/sandbox-host.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';
import { askAt } from './http-fixture.ts';

async function monitored(): Promise<{ readonly sandbox: SandboxHost; readonly door: MonitorDoor }> {
  const sandbox = await sandboxHost();
  const figures = { requests: 7, refused: 3, failed: 0, logInFailures: 2 };
  const door = await MonitorDoor.open({ host: sandbox.host, port: 0, http: () => figures });
  onTestFinished(() => door.close());
  return { sandbox, door };
}

type Family = ReturnType<typeof parsePrometheus>[number];

async function figuresOf(door: MonitorDoor): Promise<ReadonlyMap<string, Family>> {
  const { status, headers, body } = await askAt(door.port, '/metrics', {});
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return new Map(parsePrometheus(String(body)).map((family) => [family.name, family]));
}

describe('the figures of a node', () => {
  test('are what a parser of the text format reads, with types, units and help', async () => {
    const { sandbox, door } = await monitored();
    for (const envId of ['a', 'b'])
      await sandbox.send('create_environment', { env_id: envId, state_hash: hashOf(envId), metadata: {} });
    await sandbox.send('freeze', { reason: 'a drill' });
    // The thread that seals tells of itself twice a second.
    const sealed = async (): Promise<string | undefined> =>
      (await figuresOf(door)).get('quantum_lock_blocks_sealed_total')?.metrics[0]?.value;
    await expect.poll(sealed).toBe('3');
    const figures = await figuresOf(door);
    const value = (name: string, labels?: Readonly<Record<string, string>>): number => {
      const found = figures
        .get(`quantum_lock_${name}`)
        ?.metrics.find(
          (one) =>
            labels === undefined || Object.entries(labels).every(([key, wanted]) => one.labels?.[key] === wanted),
        );
      return Number(found?.value);
    };
    expect(value('chain_height')).toBe(sandbox.host.node.height);
    expect(value('chain_log_transactions')).toBe((await sandbox.client.chain.status()).log_size);
    expect(value('blocks_sealed_total')).toBe(3);
    expect(value('transactions_committed_total')).toBe(3);
    expect([value('frozen'), value('proposals_open'), value('integrity_check_ok')]).toEqual([1, 0, NaN]);
    expect(['healthy', 'degraded', 'failed'].reduce((sum, state) => sum + value('health', { state }), 0)).toBe(1);
    expect(value('finality_seconds', { quantile: '0.5' })).toBeGreaterThan(0);
    expect(value('finality_seconds', { quantile: '0.5' })).toBeLessThan(60);
    expect([
      value('http_requests_total'),
      value('http_requests_refused_total'),
      value('log_in_failures_total'),
    ]).toEqual([7, 3, 2]);
    for (const [name, { help, type }] of figures) {
      expect(help, name).not.toBe('');
      if (name.startsWith('quantum_lock_')) expect(name.endsWith('_total'), name).toBe(type === 'COUNTER');
    }
    expect(figures.get('process_resident_memory_bytes')?.type).toBe('GAUGE');
  });

  test('come from a port that tells nothing else', async () => {
    const { door } = await monitored();
    expect((await askAt(door.port, '/livez', {})).body).toEqual({ alive: true });
    expect(await askAt(door.port, '/readyz', {})).toMatchObject({ status: 200, body: { ready: true } });
    for (const path of ['/', '/blockchain/status', '/metrics/', '/metrics?x', '/../metrics'])
      expect((await askAt(door.port, path, {})).status).toBe(404);
    expect((await askAt(door.port, '/metrics', { method: 'POST', body: {} })).status).toBe(405);
    expect((await askAt(door.port, '/metrics', { headers: { host: `evil.example:${door.port}` } })).status).toBe(421);
  });

  test('are not to be had of a node that is closed, which is not ready but alive', async () => {
    const { door, sandbox } = await monitored();
    await sandbox.host.closeChain();
    expect((await askAt(door.port, '/livez', {})).status).toBe(200);
    expect(await askAt(door.port, '/readyz', {})).toMatchObject({ status: 503, body: { ready: false } });
    expect((await askAt(door.port, '/metrics', {})).status).toBe(503);
  });
});
