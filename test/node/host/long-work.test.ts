import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';

import type { ContractClient } from '../../../src/cli/session.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { coded } from '../../coded.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

test('a check that a page began is found again by another page, while it runs and once it has ended', async () => {
  const { host } = await sandboxHost();
  const page = (): ContractClient =>
    createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'a tab' } });
  let jobId: string | null = null;
  for await (const event of await page().operator.verify({})) {
    if (event.type !== 'job') throw new Error(`it began with ${event.type}`);
    jobId = event.job_id;
    // The page is left, or loaded again.
    break;
  }
  for await (const { jobs } of await page().operator.jobs()) {
    expect(jobs.map(({ job_id, kind }) => ({ job_id, kind }))).toEqual([{ job_id: jobId, kind: 'verify' }]);
    if (jobs[0]?.state === 'done') break;
  }
  const heard: string[] = [];
  for await (const event of await page().operator.verify({ job_id: jobId ?? '' })) {
    heard.push(event.type);
    if (event.type === 'done') expect(event).toMatchObject({ ok: true, findings: [] });
  }
  // Of each phase the newest report, then the result.
  expect(heard.at(0)).toBe('job');
  expect(heard.at(-1)).toBe('done');
  expect((await page().chain.status()).verified).toMatchObject({ ok: true });
  await expect(page().operator.cancelJob({ job_id: jobId ?? '' })).resolves.toEqual({ cancelled: false });
  await expect(page().operator.cancelJob({ job_id: 'job-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a scan that a command began ends with the command and is named to no page, and one that a page began goes on', async () => {
  const { host, client } = await sandboxHost();
  const content = join(temporaryDirectory(), 'content');
  mkdirSync(content);
  for (let index = 0; index < 50; index++) writeFileSync(join(content, `${index}.bin`), Buffer.alloc(100_000, index));
  host.folders.grant(content);
  const page = createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'a tab' } });
  for await (const event of await client.operator.scanDirectory({ path: content })) {
    expect(event.type).toBe('job');
    break;
  }
  for await (const { jobs } of await client.operator.jobs()) if (jobs[0]?.state !== 'running') break;
  expect(host.jobs.list()).toMatchObject([{ kind: 'scan', title: 'Scan started by a command', state: 'cancelled' }]);
  for await (const event of await page.operator.scanDirectory({ path: content })) {
    expect(event.type).toBe('job');
    break;
  }
  for await (const { jobs } of await client.operator.jobs()) if (jobs[1]?.state !== 'running') break;
  expect(host.jobs.list()[1]).toMatchObject({ title: `Scan of ${content}`, state: 'done', error: null });
});

test('closing a chain stops what works on it', async () => {
  const { host, client } = await sandboxHost();
  const events = await client.operator.verify({});
  await events.next();
  await host.closeChain();
  expect(host.jobs.list()).toEqual([]);
  await expect(
    (async () => {
      for await (const _ of events);
    })(),
  ).rejects.toEqual(coded('CANCELLED'));
});
