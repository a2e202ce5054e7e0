import type { ScanEvent } from '../../api/operator/directories.ts';
import type { InspectEvent } from '../../api/operator/inspection.ts';
import type { VerifyEvent } from '../../api/operator/integrity.ts';
import type { OpenedThing } from '../../api/operator/opened.ts';
import type { JobView } from '../../api/operator/jobs.ts';
import type { DeskState } from '../../api/operator/signing.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { foundChain, withKeyFile } from './asked-deeds.ts';
import { deskState } from './desk-state.ts';
import { identityOf, keysView } from './keys-view.ts';
import { accessProcedures, readablePath } from './operator-access.ts';
import { integrityRouter } from './integrity-router.ts';
import { backupProcedures } from './backups/backup-procedures.ts';
import { exportProcedures } from './exports/export-procedures.ts';
import { followJob } from './follow-job.ts';
import { inspecting, scanning, verification } from './long-work.ts';
import { procedures } from './procedures.ts';
import { requestReview } from './requested-reviews.ts';

const os = procedures.operator;

/** The operator's procedures: keys, signing, directories and the node itself. */
export const operatorRouter = {
  ...accessProcedures,
  ...integrityRouter,
  ...backupProcedures,
  ...exportProcedures,
  host: os.host.handler(({ context }) => context.host.info()),

  createChain: os.createChain.handler(async ({ context: { host }, input }) => {
    await foundChain(host, input, { keyStore: 'keychain', passphrase: null });
    return host.info();
  }),

  keys: os.keys.handler(({ context }) => keysView(context.host)),
  createKey: os.createKey.handler(async ({ context: { host }, input }) => {
    const key = await withKeyFile(host, input, () => host.keyring.create(input));
    return identityOf(host, key);
  }),
  prepareSealingKey: os.prepareSealingKey.handler(async ({ context: { host, door }, input }) => {
    if (door !== 'terminal' && input.passphrase !== undefined) throw givenByPage();
    const key = await host.keyring.find(input.key_id);
    await host.validatorKeys.prepare(key, input.passphrase ?? null);
    return { key_id: key.key_id };
  }),
  prepareCheckpointKey: os.prepareCheckpointKey.handler(async ({ context: { host, door }, input }) => {
    if (door !== 'terminal' && input.passphrase !== undefined) throw givenByPage();
    const key = await host.keyring.find(input.key_id);
    await host.validatorKeys.prepareForCheckpoints(key, input.passphrase ?? null);
    return { key_id: key.key_id };
  }),
  publishCheckpoint: os.publishCheckpoint.handler(async ({ context: { host } }) => {
    await host.node.checkpoints.publish();
    return { checkpoint: await host.node.checkpoints.view() };
  }),
  desk: os.desk.handler(async function* ({ context: { host }, signal }): AsyncGenerator<DeskState, void, undefined> {
    for await (const _ of host.changes.changes(signal)) yield await deskState(host);
  }),
  opened: os.opened.handler(async function* ({
    context: { host },
    signal,
  }): AsyncGenerator<OpenedThing, void, undefined> {
    yield* host.opened.taken(signal);
  }),
  selectIdentity: os.selectIdentity.handler(async ({ context: { host }, input }) => {
    await host.selectIdentity(input.key_id);
    return keysView(host);
  }),
  lockSession: os.lockSession.handler(({ context: { host } }) => {
    host.desk.lockSession();
    return keysView(host);
  }),

  preferences: os.preferences.handler(({ context: { host } }) => host.preferences.read()),
  choosePreferences: os.choosePreferences.handler(({ context: { host }, input }) => host.preferences.choose(input)),
  saveFilter: os.saveFilter.handler(({ context: { host }, input }) => host.preferences.saveFilter(input)),
  forgetFilter: os.forgetFilter.handler(({ context: { host }, input }) => host.preferences.forgetFilter(input)),

  scanDirectory: os.scanDirectory.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<ScanEvent, void, undefined> {
    const { host, door } = context;
    const readable = { ...input, path: readablePath(context, input.path) };
    yield* followJob(context, scanning(host, readable, door), signal);
  }),

  requestReview: os.requestReview.handler(({ context: { host, asker }, input }) => requestReview(host, input, asker)),
  confirmAddress: os.confirmAddress.handler(({ context: { host }, input }) => {
    const { review_id } = host.desk.review(input.review_id);
    return { confirm_url: host.options.surface.confirmUrl(review_id) };
  }),
  awaitSignature: os.awaitSignature.handler(
    ({ context: { host }, input: { review_id } }) => host.desktop?.review(review_id) ?? host.desk.outcome(review_id),
  ),
  withdrawSignature: os.withdrawSignature.handler(({ context: { host }, input }) => ({
    withdrawn: host.desk.withdraw(input.review_id),
  })),

  verify: os.verify.handler(async function* ({ context, input, signal }): AsyncGenerator<VerifyEvent, void, undefined> {
    yield* followJob(context, { ...verification(context.host), id: input.job_id }, signal);
  }),
  preparedDrafts: os.preparedDrafts.handler(async ({ context: { host } }) => {
    // Without a chain that is open nothing is known of what happened on it.
    if (host.isOpen) host.prepared.dropDone({ isFrozen: (await host.node.status()).frozen !== null });
    return { drafts: [...host.prepared.list()] };
  }),
  dismissPreparedDraft: os.dismissPreparedDraft.handler(({ context: { host }, input }) => {
    host.prepared.dismiss(input.draft_id);
    return {};
  }),
  jobs: os.jobs.handler(async function* ({
    context: { host },
    signal,
  }): AsyncGenerator<{ readonly jobs: JobView[] }, void, undefined> {
    for await (const _ of host.jobs.changes.changes(signal)) yield { jobs: [...host.jobs.list()] };
  }),
  inspectFile: os.inspectFile.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<InspectEvent, void, undefined> {
    yield* followJob(context, inspecting(context.host, readablePath(context, input.path)), signal);
  }),
  confirmTrust: os.confirmTrust.handler(({ context: { host }, input }) => {
    const { inspection } = host;
    if (inspection === null) throw new QuantumLockError('NOT_FOUND', 'no file is inspected here');
    inspection.confirm(input.text);
    return inspection.view();
  }),
  cancelJob: os.cancelJob.handler(({ context: { host }, input }) => ({ cancelled: host.jobs.cancel(input.job_id) })),
};

function givenByPage(): QuantumLockError {
  return new QuantumLockError('ACCESS_DENIED', 'a page cannot give a passphrase', {
    advice: 'A person gives it in a window that the page cannot reach.',
  });
}
