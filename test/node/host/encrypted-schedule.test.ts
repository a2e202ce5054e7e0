import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import type { DeedInput } from '../../../src/api/operator/deeds.ts';
import { drilling, restoring, withSource } from '../../../src/node/host/backups/backup-jobs.ts';
import { NO_KEYS } from '../../../src/node/recovery/encryption.ts';
import { readBackupLog } from '../../../src/node/recovery/backup-log.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { sandboxHost, type SandboxHost } from '../governance/sandbox-host.ts';
import { BackupClock } from './backup-clock.ts';

/** The whole way of a schedule that encrypts: set by a deed, made, looked at, rehearsed by a person, restored. */

async function ask({ client }: SandboxHost, input: DeedInput): Promise<string> {
  return (await client.operator.requestDeed(input)).deed_id;
}

test('encrypted copies are made by a schedule, told for what they are, and rehearsed by a person alone', async () => {
  const sandbox = await sandboxHost();
  const { host, client, directory } = sandbox;
  const folder = join(temporaryDirectory(), 'disk');
  mkdirSync(folder);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const schedule: BackupSchedule = {
    every_hours: 24,
    full_every: 7,
    with_content: true,
    drill_every_days: 1,
    keep_fulls: 3,
    keep_days: 0,
    recipients: [recipient],
  };
  const add = await ask(sandbox, {
    deed: 'add_backup_destination',
    destination: { kind: 'folder', name: 'disk', path: folder },
  });
  expect(await host.deeds.confirm(add)).toMatchObject({ outcome: 'done' });
  for (const wrong of ['age1notone', `${recipient}x`, recipient.slice(0, -1)])
    await expect(
      ask(sandbox, { deed: 'set_backup_schedule', schedule: { ...schedule, recipients: [wrong] } }),
    ).rejects.toThrow();
  await expect(
    ask(sandbox, { deed: 'set_backup_schedule', schedule: { ...schedule, recipients: [recipient, recipient] } }),
  ).rejects.toThrow();
  const set = await ask(sandbox, { deed: 'set_backup_schedule', schedule });
  const { sentence, warnings } = host.deeds.deed(set);
  expect(sentence).toContain('encrypted to 1 recipient');
  expect(warnings.join(' ')).toContain(`without an identity of one of these, this machine neither: ${recipient}`);
  expect(warnings.join(' ')).toContain('is not rehearsed by itself');
  expect(await host.deeds.confirm(set)).toMatchObject({ outcome: 'done' });
  expect(readFileSync(join(directory, 'backups.json'), 'utf8')).not.toContain('SECRET');

  const clock = new BackupClock(host);
  clock.schedule(schedule);
  await clock.afterHours(0);
  await clock.afterHours(24);
  const { destinations, last_verified, last_failure, schedule: told } = await client.operator.backups();
  expect([last_failure, told?.recipients]).toEqual([null, [recipient]]);
  const [destination] = destinations;
  const newest = destination?.backups[0];
  if (destination === undefined || newest === undefined) throw new Error('no copy');
  expect(destination.backups).toMatchObject([
    { kind: 'incremental', is_restorable: true, encrypted_to: [{ recipient }], verified: { ok: true } },
    { kind: 'full', is_restorable: true },
  ]);
  expect(last_verified).toMatchObject({ is_encrypted: true });
  expect(readdirSync(folder).filter((name) => name.endsWith('.card'))).toHaveLength(2);
  // It was due a day ago: nobody but a person can do it, and nothing failed.
  expect(readBackupLog(directory).some((entry) => 'what' in entry && entry.what === 'drill')).toBe(false);

  const copy = { destination_id: destination.id, backup: newest.backup };
  for await (const event of await client.operator.verifyBackup(copy))
    if (event.type === 'done') expect(event).toMatchObject({ ok: true, checked: 'bytes' });
  const rehearse = host.jobs.start(drilling(clock.host, { ...copy, keys: NO_KEYS })).job;
  await rehearse.ended;
  expect(rehearse.view.error).toMatchObject({ code: 'BACKUP_KEY_REQUIRED' });

  const deed = await ask(sandbox, { deed: 'rehearse_backup', ...copy });
  expect(host.deeds.deed(deed)).toMatchObject({ asks: ['backup_identity'] });
  for (const backup_identity of ['AGE-SECRET-KEY-1NONE', await generateX25519Identity()])
    await expect(host.deeds.confirm(deed, { backup_identity })).rejects.toThrow(coded('PASSPHRASE_WRONG'));
  expect(await host.deeds.confirm(deed, { backup_identity: ` ${identity}\n` })).toMatchObject({ outcome: 'done' });
  const job_id = host.jobs.list().find(({ kind, state }) => kind === 'drill' && state === 'running')?.job_id ?? 'none';
  for await (const event of await client.operator.runDrill({ job_id }))
    if (event.type === 'done') expect(event.drill).toMatchObject({ ok: true, backup: newest.backup });
  expect((await client.operator.drills()).drills).toHaveLength(1);

  const plan = await client.operator.restorePlan({ from: 'destination', ...copy });
  const { height, head_hash } = await client.chain.status();
  expect(plan).toMatchObject({ is_encrypted: true, height, head_hash, blocks_lost: 0, problem: null });
  expect(plan.backups).toHaveLength(2);
  // Nothing is fetched, and the chain stays open, where the identity is missing.
  const source = { from: 'destination', ...copy } as const;
  await expect(
    withSource(host, source, { report: () => undefined, keys: NO_KEYS }, () => Promise.resolve()),
  ).rejects.toThrow(coded('BACKUP_KEY_REQUIRED'));
  const { job } = host.jobs.start(restoring(host, source, { identities: [identity], passphrases: [] }));
  for await (const event of job.follow(undefined))
    if (event.type === 'done') expect(event).toMatchObject({ height, head_hash });
});
