import type { RepairEvent, ScrubEvent, SnapshotEvent, VerifyFinding } from '../../api/operator/integrity.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { findingIn } from '../integrity/finding-in.ts';
import { openCopies } from '../integrity/open-copy.ts';
import { IntegrityReports } from '../integrity/reports.ts';
import { areaViews } from '../integrity/scrub-view.ts';
import { takeSnapshot } from '../integrity/snapshots.ts';
import type { Host } from './host.ts';
import type { EventJob } from './jobs.ts';

/** How often it is asked how far a look is. */
const LOOK_INTERVAL_MS = 250;

/** A look at everything at once, instead of at leisure. */
export function scrubbing(host: Host): EventJob<ScrubEvent> {
  return {
    kind: 'scrub',
    title: 'Check of stored rows',
    key: host.dataDirectory,
    measure: ({ done, total }) => ({ done, total }),
    partOf: ({ area }) => area,
    work: async (report, signal) => {
      const { query } = host.node;
      const tell = async (): Promise<void> => {
        for (const { area, state, done, total } of areaViews(await query.scrubProgress()))
          if (state === 'running') report({ type: 'progress', area, done, total });
      };
      const timer = setInterval(() => void tell().catch(() => undefined), LOOK_INTERVAL_MS);
      try {
        await query.scrubbed(undefined, { signal });
        return { type: 'done', ok: true, findings: [] };
      } catch (error) {
        if (!(error instanceof QuantumLockError) || error.code !== 'STORAGE_CORRUPT') throw error;
        const findings: VerifyFinding[] = [findingIn(error)];
        return { type: 'done', ok: false, findings };
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** Closes the chain, and opens it again, which repairs it. Where its key cannot be opened without a person, that is told by the host. */
export function repairing(host: Host, copy: string | null): EventJob<RepairEvent> {
  return {
    kind: 'repair',
    title: 'Repair of the chain',
    key: host.dataDirectory,
    measure: ({ done, total }) => ({ done, total }),
    partOf: ({ phase }) => phase,
    work: async (report, signal) => {
      const { chain, dataDirectory } = host;
      if (chain.opened !== null && chain.node.damage === null)
        throw new QuantumLockError('INPUT_INVALID', 'nothing of the chain is known to be damaged', {
          advice: 'Look at all of it first: dm blockchain scrub --now, or dm blockchain verify.',
        });
      const copies = await openCopies(copy === null ? [] : [copy]);
      try {
        const [before] = new IntegrityReports(dataDirectory).list();
        await chain.close();
        await chain.tryOpen(null, {
          copies,
          onRepair: (phase, done, total) => report({ type: 'progress', phase, done, total }),
          signal,
        });
        const { problem } = chain;
        const [newest] = new IntegrityReports(dataDirectory).list();
        if (newest === undefined || (newest.report_id === before?.report_id && problem !== null))
          throw problem === null
            ? new QuantumLockError('STORAGE_CORRUPT', 'nothing was found that a repair would change')
            : QuantumLockError.fromFailure(problem);
        return { type: 'done', report: newest };
      } finally {
        for (const opened of copies) opened.close();
      }
    },
  };
}

export function snapshotting(host: Host, height: number | null): EventJob<SnapshotEvent> {
  return {
    kind: 'snapshot',
    title: 'Snapshot of the state',
    key: `${host.dataDirectory} ${height ?? 'newest'}`,
    measure: ({ done, total }) => ({ done, total }),
    work: async (report, signal) => {
      const snapshot = await takeSnapshot({
        dataDirectory: host.dataDirectory,
        finalHeight: host.node.height,
        height,
        output: null,
        now: host.options.now,
        onProgress: (done, total) => report({ type: 'progress', done, total }),
        signal,
      });
      return { type: 'done', snapshot };
    },
  };
}
