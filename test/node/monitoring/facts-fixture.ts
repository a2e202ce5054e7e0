import type { Facts } from '../../../src/node/monitoring/facts.ts';

/** Of a node with which nothing is wrong, and of which everything is known. */
export const WELL: Facts = {
  startedAt: 1_000,
  standing: [],
  isPassphraseBesideKeys: false,
  repeatedRefusals: [],
  storage: null,
  freeBytes: 10 * 1024 ** 3,
  threadFailures: [],
  indexFailure: null,
  historyFault: null,
  chainDamage: null,
  clock: { timestamp: 5_000, wall: 5_000, state: 'right', offMs: 0, against: 'uptime' },
  sealing: { signatureVerifier: 'native', failure: null },
  verified: { height: 7, time: 4_000, ok: true },
  headCopyFailures: [],
  unsealed: null,
  lostContent: [],
  now: 6_000,
  backups: null,
  witnesses: null,
};
