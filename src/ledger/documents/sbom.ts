import { encodeHex, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { isoTime } from '../../base/iso-time.ts';
import type { ChainRoot } from '../chain-identity.ts';
import type { GreenVersion } from '../state/records.ts';
import { sha256 } from '#sha256';

/** What was Green, as a bill of materials: CycloneDX 1.7 (ECMA-424), JSON. */
export interface SbomRequest {
  readonly chain: ChainRoot;
  /** The time that was asked about; null where it was the block itself. */
  readonly at: number | null;
  readonly block: { readonly height: number; readonly hash: Hash; readonly time: number; readonly state_root: Hash };
  readonly environments: readonly {
    readonly env_id: string;
    readonly green: GreenVersion;
    readonly archived_at: number | null;
    readonly file_count: number | null;
    readonly size_bytes: number | null;
  }[];
  /** Of this program. */
  readonly software: string;
}

interface Property {
  readonly name: string;
  readonly value: string;
}

export interface SbomComponent {
  readonly type: 'data' | 'machine-learning-model';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
  readonly properties: readonly Property[];
}

export interface Sbom {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.7';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: object;
  readonly components: readonly SbomComponent[];
}

/** The same state gives the same document, to the byte: it has no time of its own. */
export function sbomOf({ chain, at, block, environments, software }: SbomRequest): Sbom {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.7.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    serialNumber: serialNumber([chain.chain_id, chain.genesis, block.hash, at]),
    version: 1,
    metadata: {
      timestamp: isoTime(at ?? block.time),
      tools: { components: [{ type: 'application', name: 'quantum-lock', version: software }] },
      component: { type: 'data', 'bom-ref': chain.genesis, name: `Green on ${chain.chain_id}` },
      properties: properties([
        ['chain_id', chain.chain_id],
        ['genesis', chain.genesis],
        ['block', block.height],
        ['block_hash', block.hash],
        ['block_time', isoTime(block.time)],
        ['state_root', block.state_root],
      ]),
    },
    components: environments.map(componentOf),
  };
}

function componentOf({
  env_id,
  green,
  archived_at,
  file_count,
  size_bytes,
}: SbomRequest['environments'][number]): SbomComponent {
  return {
    // Its own metadata says so; else it is an environment: files of code and data.
    type: green.metadata['kind'] === 'model' ? 'machine-learning-model' : 'data',
    'bom-ref': `${env_id}@${green.version}`,
    name: env_id,
    version: String(green.version),
    hashes: [{ alg: 'SHA-256', content: green.state_hash.slice(2) }],
    properties: properties([
      // Not of one file: TECHNICAL_SPEC.md §11.
      ['hash_of', 'Merkle root over its files, SHA-256'],
      ['promoted_at', isoTime(green.promoted_at)],
      ['promoted_by', green.promoted_by],
      ...green.approved_by.map((member) => ['approved_by', member] as const),
      ['promotion', green.transaction_id],
      ['file_count', file_count],
      ['size_bytes', size_bytes],
      ['archived_at', archived_at === null ? null : isoTime(archived_at)],
      ['metadata', encodeCanonicalText(green.metadata)],
    ]),
  };
}

function properties(entries: readonly (readonly [name: string, value: string | number | null])[]): Property[] {
  return entries.flatMap(([name, value]) =>
    value === null ? [] : [{ name: `quantum-lock:${name}`, value: String(value) }],
  );
}

/** A UUID of what is listed (RFC 9562, version 8). */
function serialNumber(of: readonly (string | number | null)[]): string {
  const bytes = sha256(encodeUtf8(`quantum-lock/sbom/v1\0${encodeCanonicalText(of)}`)).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = encodeHex(bytes).slice(2);
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
