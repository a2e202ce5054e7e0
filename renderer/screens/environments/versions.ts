import type { DifferenceSide } from '../../../src/api/chain/content.ts';
import type { EnvironmentView, Lineage } from '../../../src/api/chain/environments.ts';
import type { Hash } from '../../../src/base/bytes.ts';

/** Something that can be on a side of a comparison. */
export interface Version {
  /** Its name in the address: `blue`, `green`, `nothing`, or a place in the log. */
  readonly key: string;
  readonly label: string;
  readonly side: DifferenceSide;
  readonly stateHash: Hash | null;
  /** What its author says of it; of Green, what was said of the version that it is. */
  readonly note: string | null;
}

const NOTHING: Version = { key: 'nothing', label: 'nothing', side: { nothing: true }, stateHash: null, note: null };

/** All that can be compared: what stands now, then the history, newest first. */
export function versionsOf({ blue, green }: EnvironmentView, lineage: Lineage | undefined): readonly Version[] {
  const noteOf = (version: number | null): string | null =>
    lineage?.nodes.find((node) => node.note !== null && node.version === version)?.note ?? null;
  const history = (lineage?.nodes ?? []).flatMap((node): Version[] =>
    node.state_hash === null || node.metadata === null
      ? []
      : [
          {
            key: String(node.log_index),
            label: `${node.label} · ${node.lane === 'blue' ? 'Blue' : 'Green'}, block ${node.block_index}`,
            side: { state_hash: node.state_hash, metadata: node.metadata },
            stateHash: node.state_hash,
            note: node.note ?? noteOf(node.version),
          },
        ],
  );
  return [
    side('blue', `Blue v${blue.version}`, blue, blue.note),
    ...(green === null ? [] : [side('green', `Green v${green.version}`, green, noteOf(green.version))]),
    ...history.reverse(),
    NOTHING,
  ];
}

/** The two sides that the address names; what promoting would change where it names none. */
export function chosenVersions(
  versions: readonly Version[],
  query: URLSearchParams,
): { readonly from: Version; readonly to: Version } {
  const find = (key: string | null): Version | undefined => versions.find((each) => each.key === key);
  return {
    from: find(query.get('from')) ?? find('green') ?? NOTHING,
    to: find(query.get('to')) ?? find('blue') ?? NOTHING,
  };
}

function side(
  key: string,
  label: string,
  { state_hash, metadata }: Pick<EnvironmentView['blue'], 'state_hash' | 'metadata'>,
  note: string | null,
): Version {
  return { key, label, side: { state_hash, metadata }, stateHash: state_hash, note };
}
