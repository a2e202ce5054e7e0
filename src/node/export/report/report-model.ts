import type { PostureCheck } from '../../../api/chain/governance.ts';
import type { Hash } from '../../../base/bytes.ts';
import type { ChainRoot } from '../../../ledger/chain-identity.ts';

/** What an audit report says, before it has a form. Times are Unix milliseconds. */
export interface AuditReport {
  readonly chain: ChainRoot;
  /** Words for the genesis, to compare by voice. */
  readonly genesisWords: readonly string[];
  /** One environment, or null for all. */
  readonly envId: string | null;
  readonly from: ReportBlock;
  readonly to: ReportBlock;
  /** Blocks and transactions that were read and checked for it. */
  readonly blocks: number;
  readonly transactions: number;
  readonly counts: readonly ReportCount[];
  readonly activity: readonly ActivityBar[];
  /** Null where the period begins with the chain. */
  readonly greenAtStart: readonly GreenLine[] | null;
  readonly greenAtEnd: readonly GreenLine[];
  readonly sections: readonly ReportSection[];
  readonly posture: readonly PostureCheck[];
  readonly recorded: readonly RecordedAlert[];
  readonly madeAt: number;
  /** IANA name of the local time that is told next to UTC. */
  readonly timeZone: string;
  readonly software: string;
}

export interface ReportBlock {
  readonly height: number;
  readonly hash: Hash;
  readonly time: number;
  readonly logSize: number;
  readonly logRoot: Hash;
  readonly stateRoot: Hash;
}

export interface ReportCount {
  readonly name: string;
  readonly count: number;
}

/** Transactions, and promotions among them, from one time up to another. */
export interface ActivityBar {
  readonly from: number;
  readonly label: string;
  readonly transactions: number;
  readonly promotions: number;
}

export interface GreenLine {
  readonly envId: string;
  readonly name: string | null;
  readonly version: number;
  readonly stateHash: Hash;
  readonly promotedAt: number;
  readonly promotedBy: string;
  readonly approvedBy: readonly string[];
}

/** Events of one kind, oldest first. */
export interface ReportSection {
  readonly id: string;
  readonly title: string;
  /** What stands where there were none. */
  readonly none: string;
  readonly events: readonly ReportEvent[];
}

export interface ReportEvent {
  readonly time: number;
  readonly block: number;
  readonly id: Hash;
  /** Who signed it: the member's name and id, or the key. */
  readonly who: string;
  readonly what: string;
}

/** What the node that made the report had found damaged or suspicious by itself: it is on no chain. */
export interface RecordedAlert {
  readonly time: number;
  readonly severity: 'warning' | 'critical';
  readonly message: string;
}
