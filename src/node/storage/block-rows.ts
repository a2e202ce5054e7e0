import { assert } from '../../base/assert.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { concatBytes } from '../../base/bytes.ts';
import type { StateRoots } from '../../ledger/state/ledger-state.ts';
import { NAMESPACES } from '../../ledger/state/records.ts';
import type { TreeRoot } from '../../ledger/state/tree.ts';

/** The packed columns of chain.db. */

const ROOT_SIZE = 40;
export const ID_ENTRY_SIZE_BYTES = 40;

export function encodeRoots(roots: StateRoots): Uint8Array {
  const bytes = new Uint8Array(NAMESPACES.length * ROOT_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, namespace] of NAMESPACES.entries()) {
    bytes.set(roots[namespace].hash, index * ROOT_SIZE);
    view.setBigUint64(index * ROOT_SIZE + 32, BigInt(roots[namespace].page));
  }
  return bytes;
}

export function decodeRoots(bytes: Uint8Array): StateRoots {
  if (bytes.length !== NAMESPACES.length * ROOT_SIZE)
    throw new QuantumLockError('STORAGE_CORRUPT', "a block's state roots are malformed");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const roots = NAMESPACES.map((namespace, index): [string, TreeRoot] => [
    namespace,
    {
      hash: bytes.slice(index * ROOT_SIZE, index * ROOT_SIZE + 32),
      page: Number(view.getBigUint64(index * ROOT_SIZE + 32)),
    },
  ]);
  return Object.fromEntries(roots) as unknown as StateRoots;
}

export interface IdEntry {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly timestamp: number;
}

export function encodeIdEntries(entries: readonly IdEntry[]): Uint8Array {
  return concatBytes(
    ...entries.map(({ id, timestamp }) => {
      assert(id.length === 32, 'a transaction id has 32 bytes');
      const bytes = new Uint8Array(ID_ENTRY_SIZE_BYTES);
      bytes.set(id);
      new DataView(bytes.buffer).setBigUint64(32, BigInt(timestamp));
      return bytes;
    }),
  );
}

export function decodeIdEntries(bytes: Uint8Array): IdEntry[] {
  if (bytes.length % ID_ENTRY_SIZE_BYTES !== 0)
    throw new QuantumLockError('STORAGE_CORRUPT', "a block's transaction ids are malformed");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: IdEntry[] = [];
  for (let offset = 0; offset < bytes.length; offset += ID_ENTRY_SIZE_BYTES) {
    entries.push({
      // Not `subarray`, which of a Buffer takes three times as long: a start reads a million.
      id: new Uint8Array(bytes.buffer, bytes.byteOffset + offset, 32),
      timestamp: view.getUint32(offset + 32) * 2 ** 32 + view.getUint32(offset + 36),
    });
  }
  return entries;
}
