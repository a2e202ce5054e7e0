import type { Keyring } from '../../keys/keyring.ts';
import type { QuantumNode } from '../../quantum-node.ts';
import type { GrantedFolders } from '../granted-folders.ts';
import type { Jobs } from '../jobs.ts';

/** Whose backups they are: what of a host the work with them needs. */
export interface BackupHost {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  readonly jobs: Jobs;
  readonly folders: GrantedFolders;
  readonly options: {
    readonly mode: 'full' | 'read';
    readonly now: () => number;
    readonly version: string;
    readonly log: (line: string) => void;
  };
  /** Whether a chain is open. */
  readonly isOpen: boolean;
  /** @throws NODE_STOPPED while no chain is open */
  readonly node: Pick<QuantumNode, 'height' | 'signStatement' | 'validatorId'>;
  readonly chain: { close(): Promise<void> };
  tryOpen(passphrase: string | null): Promise<void>;
}
