import { createHash } from 'node:crypto';

/**
 * RFC 6962 §2.1 as it is written there: recursive, over the data itself, sharing nothing with src/ledger/log/log.ts. It is
 * anchored by the Certificate Transparency test vectors in log.test.ts.
 */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

function largestPowerOfTwoBelow(count: number): number {
  return 2 ** (32 - Math.clz32(count - 1) - 1);
}

/** MTH(D[n]). */
export function treeHash(data: readonly Uint8Array[]): Buffer {
  const [only] = data;
  if (only === undefined) return sha256();
  if (data.length === 1) return sha256(Buffer.of(0), only);
  const k = largestPowerOfTwoBelow(data.length);
  return sha256(Buffer.of(1), treeHash(data.slice(0, k)), treeHash(data.slice(k)));
}

/** PATH(m, D[n]). */
export function auditPath(m: number, data: readonly Uint8Array[]): Buffer[] {
  if (data.length === 1) return [];
  const k = largestPowerOfTwoBelow(data.length);
  return m < k
    ? [...auditPath(m, data.slice(0, k)), treeHash(data.slice(k))]
    : [...auditPath(m - k, data.slice(k)), treeHash(data.slice(0, k))];
}

/** PROOF(m, D[n]). */
export function consistencyProof(m: number, data: readonly Uint8Array[]): Buffer[] {
  return subProof(m, data, true);
}

/** SUBPROOF(m, D[n], b). */
function subProof(m: number, data: readonly Uint8Array[], isComplete: boolean): Buffer[] {
  if (m === data.length) return isComplete ? [] : [treeHash(data)];
  const k = largestPowerOfTwoBelow(data.length);
  return m <= k
    ? [...subProof(m, data.slice(0, k), isComplete), treeHash(data.slice(k))]
    : [...subProof(m - k, data.slice(k), false), treeHash(data.slice(0, k))];
}
