import type { PublicKey, Signature } from '../../base/bytes.ts';

/** What a node states of its own chain, by itself: what a backup or an export holds, how a rehearsal went. */
export interface StatementToSign {
  readonly kind: 'backup' | 'backup-card' | 'drill' | 'export';
  readonly era: number;
  /** Canonical JSON. */
  readonly text: string;
}

export interface SignedStatement {
  readonly public_key: PublicKey;
  readonly signature: Signature;
}
