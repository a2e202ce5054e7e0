/** Where headers, proofs and transactions can be read, canonical as a chain stores them. Each row has to be checked against its hash. */
export interface RowCopy {
  /** As a report names it. */
  readonly name: string;
  /** Canonical text of a header; null where this copy has none of that height. */
  header(height: number): string | null;
  proof(height: number): string | null;
  /** Canonical bytes of the transaction at a log index. */
  transaction(logIndex: number): Uint8Array | null;
}

/** One that holds a file open. */
export interface OpenedCopy extends RowCopy {
  close(): void;
}
