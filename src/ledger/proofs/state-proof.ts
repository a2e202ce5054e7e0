import { decodeHex, encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import { nodeHash } from '../log/log.ts';
import { stateRootOf } from '../state/ledger-state.ts';
import {
  canonicalBytes,
  failStep,
  hashes,
  onlyFields,
  runProofSteps,
  sealSteps,
  type ProofCheck,
  type ProofReport,
  type SealedHeader,
  type TrustedKeys,
} from './report.ts';
import { NAMESPACES, type Namespace } from '../state/records.ts';
import { EMPTY_HASH } from '../state/page.ts';
import { stateLeafHash, statePath } from '../state/tree.ts';
import { sha256 } from '#sha256';

/** That a key has a value, or none, under a namespace's root. */
export interface StateEntryProof {
  readonly key: string;
  /** Canonical JSON; null proves absence. */
  readonly value: string | null;
  /** From the leaf's level up to the namespace's root. */
  readonly siblings: readonly Hash[];
  /** Absence where another key's leaf is at the end of the path. */
  readonly other_leaf: { readonly path: Hash; readonly value_hash: Hash } | null;
}

/** That a key has a value, or none, in the state of a sealed block. */
export interface StateProof extends StateEntryProof {
  readonly namespace: Namespace;
  readonly namespace_roots: readonly { readonly namespace: string; readonly root: Hash }[];
  readonly sealed: SealedHeader;
}

const DEPTH_MAX = 256;

function bit(path: Uint8Array, depth: number): number {
  return ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
}

/** The hash at the end of the key's path: its leaf, another's, or nothing. */
function endOf(proof: StateEntryProof, path: Uint8Array): Uint8Array {
  if (proof.value !== null) {
    if (proof.other_leaf !== null) failStep('a proof of presence names another leaf');
    return stateLeafHash(path, sha256(canonicalBytes(proof.value)));
  }
  if (proof.other_leaf === null) return EMPTY_HASH;
  onlyFields(proof.other_leaf, ['path', 'value_hash']);
  const [otherPath, valueHash] = hashes([proof.other_leaf.path, proof.other_leaf.value_hash], 2).map(decodeHex) as [
    Uint8Array,
    Uint8Array,
  ];
  if (equalBytes(otherPath, path)) failStep('the other leaf is the key itself');
  for (let depth = 0; depth < proof.siblings.length; depth++) {
    if (bit(otherPath, depth) !== bit(path, depth)) failStep("the other leaf is not on the key's path");
  }
  return stateLeafHash(otherPath, valueHash);
}

/** The namespace root that the proof of an entry leads to. @throws CHAIN_INVALID */
export function entryRoot(proof: StateEntryProof): Uint8Array {
  if (typeof proof.key !== 'string' || !proof.key.isWellFormed()) failStep('the key is not well-formed text');
  const path = statePath(proof.key);
  const siblings = hashes(proof.siblings, DEPTH_MAX).map(decodeHex);
  let node = endOf(proof, path);
  for (const [index, sibling] of siblings.entries()) {
    node = bit(path, siblings.length - 1 - index) === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
  }
  return node;
}

/** Checks a proof against the keys that the caller trusts. Never throws: what is wrong is in the report. */
export function verifyStateProof(proof: StateProof, trusted: TrustedKeys): ProofReport {
  return runProofSteps(proof, () => [...stateSteps(proof), ...sealSteps(proof.sealed, trusted)]);
}

/** The steps up to the state root of the header; who sealed that is another matter. */
export function stateSteps(proof: StateProof): readonly ProofCheck[] {
  return [
    [
      proof.value === null ? 'Absence from the namespace' : 'Presence in the namespace',
      () => {
        onlyFields(proof, ['namespace', 'key', 'value', 'siblings', 'other_leaf', 'namespace_roots', 'sealed']);
        const claimed = proof.namespace_roots.find((entry) => entry.namespace === proof.namespace);
        if (claimed === undefined) failStep('the namespace has no root in the proof');
        if (encodeHash(entryRoot(proof)) !== claimed.root) failStep('the path does not lead to the namespace root');
        return `${proof.siblings.length} level(s) up to root ${claimed.root} of ${proof.namespace}`;
      },
    ],
    [
      'State root',
      () => {
        const entries = proof.namespace_roots;
        // In two steps: Array.isArray itself would make the entries untyped.
        const isList: boolean = Array.isArray(entries);
        if (!isList || entries.length !== NAMESPACES.length) failStep('there is one root per namespace');
        for (const [index, name] of NAMESPACES.entries()) {
          onlyFields(entries[index], ['namespace', 'root']);
          if (entries[index]?.namespace !== name) failStep('the namespaces are not in order');
        }
        const roots = hashes(
          entries.map((entry) => entry.root),
          NAMESPACES.length,
        );
        const root = stateRootOf(
          Object.fromEntries(NAMESPACES.map((name, index) => [name, decodeHex(roots[index] as Hash)])) as Record<
            Namespace,
            Uint8Array
          >,
        );
        if (encodeHash(root) !== proof.sealed.header.state_root)
          failStep('the namespace roots do not make the state root');
        return `namespace roots make state root ${proof.sealed.header.state_root}`;
      },
    ],
  ];
}
