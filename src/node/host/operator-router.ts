import type { ScanEvent } from '../../api/operator/directories.ts';
import type { VerifyEvent } from '../../api/operator/integrity.ts';
import type { Identity, KeysView } from '../../api/operator/keys.ts';
import type { DeskState } from '../../api/operator/signing.ts';
import { encodeWireError } from '../../api/wire-error.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { assertApart, resolveDirectory } from '../blobs/directory.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { verifyThreadCount } from '../quantum-node.ts';
import { verifyNode } from '../verify/verify-node.ts';
import { foundChain, withKeyFile } from './asked-deeds.ts';
import type { Host } from './host.ts';
import { accessProcedures, readablePath } from './operator-access.ts';
import { procedures } from './procedures.ts';
import { progressStream } from './progress-stream.ts';
import { requestReview } from './requested-reviews.ts';

const os = procedures.operator;

/** The operator's procedures: keys, signing, directories and the node itself. */
export const operatorRouter = {
  ...accessProcedures,
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
    if (door !== 'terminal' && input.passphrase !== undefined)
      throw new QuantumLockError('ACCESS_DENIED', 'a page gives no passphrase', {
        advice: 'A person gives it in a window that the page cannot reach.',
      });
    const key = await host.keyring.find(input.key_id);
    await host.validatorKeys.prepare(key, input.passphrase ?? null);
    return { key_id: key.key_id };
  }),
  desk: os.desk.handler(async function* ({ context: { host }, signal }): AsyncGenerator<DeskState, void, undefined> {
    try {
      for await (const _ of host.changes.changes(signal)) yield await deskState(host);
    } catch (error) {
      throw encodeWireError(error);
    }
  }),
  selectIdentity: os.selectIdentity.handler(async ({ context: { host }, input }) => {
    await host.selectIdentity(input.key_id);
    return keysView(host);
  }),
  lockSession: os.lockSession.handler(({ context: { host } }) => {
    host.desk.lockSession();
    return keysView(host);
  }),

  scanDirectory: os.scanDirectory.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<ScanEvent, void, undefined> {
    try {
      const { host } = context;
      const readable = { ...input, path: readablePath(context, input.path) };
      yield* progressStream<ScanEvent, ScanEvent>((report) => scan(host, readable, signal, report));
    } catch (error) {
      throw encodeWireError(error);
    }
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

  verify: os.verify.handler(async function* ({
    context: { host },
    signal,
  }): AsyncGenerator<VerifyEvent, void, undefined> {
    try {
      const events = progressStream<VerifyEvent, VerifyEvent>((report) =>
        verifyNode({
          dataDirectory: host.dataDirectory,
          verifyThreads: verifyThreadCount(),
          onProgress: report,
          signal,
        }),
      );
      for await (const event of events) {
        if (event.type === 'done')
          host.node.recordVerification({ height: event.height, time: host.options.now(), ok: event.ok });
        yield event;
      }
    } catch (error) {
      throw encodeWireError(error);
    }
  }),
};

async function identityOf(host: Host, { key_id: keyId }: KeyInfo): Promise<Identity> {
  const view = (await keysView(host)).identities.find(({ key_id }) => key_id === keyId);
  if (view === undefined) throw new QuantumLockError('KEY_NOT_FOUND', `the key ${keyId} was made but is not listed`);
  return view;
}

function keyFileOf({ keyring: { file }, dataDirectory }: Host): KeysView['key_file'] {
  if (file.unlocked || readGeneratedPassphrase(dataDirectory) !== null) return 'open';
  return file.exists ? 'locked' : 'absent';
}

async function scan(
  host: Host,
  input: {
    readonly path: string;
    readonly env_id?: string | undefined;
    readonly metadata?: object | undefined;
    readonly thorough?: boolean | undefined;
    readonly accept_doubtful?: boolean | undefined;
  },
  signal: AbortSignal | undefined,
  report: (event: ScanEvent) => void,
): Promise<ScanEvent> {
  try {
    return await scanOnce(host, input, signal, report);
  } catch (error) {
    const isDamage = error instanceof QuantumLockError && error.code === 'BLOB_CORRUPT';
    if (!isDamage || input.thorough === true) throw error;
    // The right bytes are at hand: they are read again, and what is stored is mended with them.
    return scanOnce(host, { ...input, thorough: true }, signal, report);
  }
}

async function scanOnce(
  host: Host,
  input: Parameters<typeof scan>[1],
  signal: AbortSignal | undefined,
  report: (event: ScanEvent) => void,
): Promise<ScanEvent> {
  // The store refuses its own directory; beside it lie the keys.
  assertApart(resolveDirectory(input.path), resolveDirectory(host.dataDirectory));
  const stored = await host.blobs.storeDirectory(input.path, {
    onProgress: (progress) => report({ type: 'progress', ...progress }),
    signal,
    thorough: input.thorough,
    acceptDoubtful: input.accept_doubtful,
  });
  const current =
    input.env_id === undefined
      ? null
      : await host.node.query.environment({ env_id: input.env_id }).catch(ignoreNotFound);
  const metadata = (input.metadata ?? current?.blue.metadata ?? {}) as never;
  const difference = await host.node.query.difference({
    before:
      current === null ? { nothing: true } : { state_hash: current.blue.state_hash, metadata: current.blue.metadata },
    after: { state_hash: stored.state_hash, metadata },
  });
  const { state_hash, size_bytes, bytes_read, ignored_count, duration_ms, entries } = stored;
  return {
    type: 'done',
    scan: {
      path: input.path,
      state_hash,
      file_count: entries.length,
      size_bytes,
      bytes_read,
      ignored_count,
      duration_ms,
      current,
      difference,
    },
  };
}

function ignoreNotFound(error: unknown): null {
  if (error instanceof QuantumLockError && error.code === 'NOT_FOUND') return null;
  throw error;
}

async function deskState(host: Host): Promise<DeskState> {
  return {
    keys: await keysView(host),
    reviews: host.desk.reviews().map(({ review, outcome }) => ({
      review_id: review.review_id,
      sentence: review.proposal?.sentence ?? review.sentence,
      signer_name: review.signer.name,
      expires_at: review.expires_at,
      outcome,
    })),
  };
}

async function keysView(host: Host): Promise<KeysView> {
  host.assertStorage();
  const keys = await host.keyring.list();
  const config = holdsChain(host.dataDirectory) ? readNodeConfig(host.dataDirectory) : null;
  const isOpen = (await host.info()).chain !== null;
  const identities = await Promise.all(
    keys.map(async (key): Promise<Identity> => {
      const member = isOpen ? ((await host.node.query.memberOfKey(key.public_key)) ?? null) : null;
      return {
        key_id: key.key_id,
        name: key.name,
        public_key: key.public_key,
        fingerprint: [...fingerprintWords(key.public_key)],
        store: key.store,
        created_at: key.created_at,
        acting: key.key_id === config?.acting_key_id,
        member:
          member === null
            ? null
            : { member_id: member.member_id, name: member.name, level: member.level, status: member.status },
        validator_id: key.key_id === config?.validator.key_id ? config.validator.validator_id : null,
      };
    }),
  );
  return {
    identities,
    key_file: keyFileOf(host),
    unlocked_key_id: host.desk.unlocked?.key_id ?? null,
    unlocked_until: host.desk.unlocked?.until ?? null,
  };
}
