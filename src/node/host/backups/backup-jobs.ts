import { dirname } from 'node:path';
import type {
  BackupEvent,
  BackupSource,
  DrillEvent,
  DrillView,
  RestoreEvent,
  VerifyBackupEvent,
} from '../../../api/operator/backups.ts';
import { encodeHash, type Hash } from '../../../base/bytes.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { headCopies } from '../../history/places.ts';
import { verifyThreadCount } from '../../thread-counts.ts';
import { cardDigest, type SignedCard } from '../../recovery/backup-card.ts';
import { manifestHash } from '../../recovery/backup-format.ts';
import { fetchCopies } from '../../recovery/copies.ts';
import { recordDrill } from '../../recovery/drill-log.ts';
import { runDrill } from '../../recovery/drill.ts';
import { drillHash, type SignedDrill } from '../../recovery/drill-statement.ts';
import type { BackupKeys } from '../../recovery/encryption.ts';
import { readRecoveryConfig } from '../../recovery/recovery-config.ts';
import { restoreBackup } from '../../recovery/restore.ts';
import { runBackup } from '../../recovery/run-backup.ts';
import { findLine, verifyCopy } from '../../recovery/verify-copy.ts';
import type { RecoveryProgress } from '../../recovery/verify-extracted.ts';
import { withScratch } from '../../recovery/with-scratch.ts';
import type { BackupHost } from './backup-host.ts';
import type { EventJob } from '../jobs.ts';
import { signAsNode } from '../sign-as-node.ts';
import { destinationOf, destinationsOf, newestIn } from './host-destinations.ts';

type Progress = Extract<BackupEvent, { type: 'progress' }>;

const COMMON = {
  measure: ({ done, total }: Progress) => ({ done, total }),
  partOf: ({ phase }: Progress) => phase,
};

const reporter =
  (report: (progress: Progress) => void) =>
  (progress: RecoveryProgress): void =>
    report({ type: 'progress', ...progress });

export function backingUp(
  host: BackupHost,
  {
    destination_ids,
    full = false,
  }: { readonly destination_ids?: string[] | undefined; readonly full?: boolean | undefined },
): EventJob<BackupEvent> {
  return {
    ...COMMON,
    kind: 'backup',
    title: 'Backup',
    key: host.dataDirectory,
    work: async (report, signal) =>
      runBackup({
        dataDirectory: host.dataDirectory,
        finalHeight: host.node.height,
        destinations: await destinationsOf(host, destination_ids),
        full,
        schedule: readRecoveryConfig(host.dataDirectory).schedule,
        sign: (manifest) => signAsNode(host, 'backup', { stated: manifest, digest: manifestHash(manifest) }),
        signCard: (card) => signAsNode(host, 'backup-card', { stated: card, digest: encodeHash(cardDigest(card)) }),
        now: host.options.now,
        software: host.options.version,
        signal,
        report: reporter(report),
      }),
  };
}

export function verifyingBackup(
  host: BackupHost,
  { destination_id, backup }: { readonly destination_id: string; readonly backup: Hash },
): EventJob<VerifyBackupEvent> {
  return {
    ...COMMON,
    kind: 'verify_backup',
    title: 'Check of a backup',
    key: `${host.dataDirectory} ${destination_id} ${backup}`,
    work: async (report, signal) => {
      const begin = performance.now();
      const { checked, findings } = await verifyCopy({
        dataDirectory: host.dataDirectory,
        destination: await destinationOf(host, destination_id),
        backup,
        now: host.options.now,
        signal,
        report: reporter(report),
      });
      const told = findings.map(({ place, message }) => ({ place, message }));
      return { type: 'done', ok: told.length === 0, checked, findings: told, duration_ms: performance.now() - begin };
    },
  };
}

/** The chain is closed for it, and opened again whatever comes of it. */
export function restoring(host: BackupHost, source: BackupSource, keys: BackupKeys): EventJob<RestoreEvent> {
  const { dataDirectory, keyring, options } = host;
  return {
    ...COMMON,
    kind: 'restore',
    title: 'Restore',
    key: dataDirectory,
    work: async (report, signal) => {
      const begin = performance.now();
      const follow = reporter(report);
      return withSource(host, source, { report: follow, signal, keys }, async ({ files, cards }) => {
        await host.chain.close();
        try {
          const { extracted, setAside, fault, missingKeys } = await restoreBackup({
            files,
            dataDirectory,
            keys,
            cards,
            keyring,
            headCopies: await headCopies(dataDirectory, keyring).catch(() => []),
            verifyThreads: verifyThreadCount(),
            now: options.now,
            signal,
            report: follow,
          });
          return {
            type: 'done',
            height: extracted.end.height,
            head_hash: extracted.end.hash,
            set_aside: setAside,
            problem: fault?.toFailure() ?? null,
            missing_keys: missingKeys.map(({ of, public_key }) => ({ of, public_key })),
            duration_ms: performance.now() - begin,
          };
        } finally {
          await host.tryOpen(null);
        }
      });
    },
  };
}

/** Files of this machine, and the cards of those that were fetched and are encrypted. */
interface SourceFiles {
  readonly files: readonly string[];
  readonly cards: readonly SignedCard[];
}

/** The files of a source: those of a destination are fetched first, and removed afterwards. */
export async function withSource<T>(
  host: BackupHost,
  source: BackupSource,
  {
    report,
    signal,
    keys,
  }: {
    readonly report: (progress: RecoveryProgress) => void;
    readonly signal?: AbortSignal;
    readonly keys: BackupKeys;
  },
  work: (source: SourceFiles) => Promise<T>,
): Promise<T> {
  if (source.from === 'files') return work({ files: source.paths, cards: [] });
  const destination = await destinationOf(host, source.destination_id);
  const line = await findLine(destination, source.backup, host.dataDirectory);
  const cards = line.flatMap(({ card }) => (card === null ? [] : [card]));
  if (cards.length > 0 && keys.identities.length + keys.passphrases.length === 0) throw identityRequired();
  return withScratch(dirname(host.dataDirectory), async (scratch) => {
    const files = await fetchCopies(destination, line, scratch, {
      signal,
      report: (done, total) => report({ phase: 'fetch', done, total }),
    });
    return work({ files, cards });
  });
}

/** Before it is fetched: it can be large. */
function identityRequired(): QuantumLockError {
  return new QuantumLockError(
    'BACKUP_KEY_REQUIRED',
    'the backup is encrypted, and its identity is not on this machine',
    {
      advice:
        'Give an identity of one of its recipients: the console asks for it, `dm blockchain drill --identity` takes it.',
    },
  );
}

export function drilling(
  host: BackupHost,
  {
    destination_id,
    backup,
    keys,
  }: {
    readonly destination_id?: string | undefined;
    readonly backup?: Hash | undefined;
    /** For a backup that is encrypted. */
    readonly keys: BackupKeys;
  },
): EventJob<DrillEvent> {
  const { dataDirectory, options } = host;
  return {
    ...COMMON,
    kind: 'drill',
    title: 'Rehearsal of a restore',
    key: dataDirectory,
    work: async (report, signal) => {
      const follow = reporter(report);
      const id = destination_id ?? readRecoveryConfig(dataDirectory).destinations[0]?.id ?? '';
      const destination = await destinationOf(host, id);
      const wanted = backup ?? (await newestIn(destination, dataDirectory));
      const source: BackupSource = { from: 'destination', destination_id: id, backup: wanted };
      return withSource(host, source, { report: follow, signal, keys }, async ({ files, cards }) => {
        const drill = await runDrill({
          files,
          keys,
          cards,
          dataDirectory,
          verifyThreads: verifyThreadCount(),
          now: options.now,
          software: options.version,
          sign: (statement) => signAsNode(host, 'drill', { stated: statement, digest: drillHash(statement) }),
          signal,
          report: follow,
        });
        recordDrill(dataDirectory, drill);
        return { type: 'done', drill: drillViewOf(drill) };
      });
    },
  };
}

export function drillViewOf({ statement, public_key }: SignedDrill): DrillView {
  const { at, ok, backups, restored, duration_ms, findings } = statement;
  const newest = backups.at(-1);
  return {
    drill: drillHash(statement),
    at,
    ok,
    backup: newest?.backup ?? statement.genesis,
    source: newest?.name ?? '',
    restored:
      restored === null
        ? null
        : {
            height: restored.height,
            head_hash: restored.hash,
            state_root: restored.state_root,
            log_root: restored.log_root,
          },
    duration_ms,
    signer: public_key,
    findings: findings.map(({ place, message }) => ({ place, message })),
  };
}
