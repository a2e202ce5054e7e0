import { useEffect, useRef, type ReactElement } from 'react';

import type { Lineage, LineageNode } from '../../../src/api/chain/environments.ts';
import { formatTime } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { layOutLineage, type LineageLayout } from './lineage-layout.ts';

const NODE_RADIUS = 6;
const RING_RADIUS = 10;

interface Props {
  readonly envId: string;
  readonly lineage: Lineage;
  /** Key of the version at the right side of the comparison. */
  readonly chosen: string;
}

/** How the versions came about. A node opens what changed there. */
export function LineageGraph({ envId, lineage, chosen }: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const layout = layOutLineage(lineage);
  useEffect(() => {
    // The newest is what one came for.
    scroller.current?.scrollTo(scroller.current.scrollWidth, 0);
  }, [layout.width]);
  return (
    <div className="lineage" ref={scroller}>
      <svg width={layout.width} height={layout.height} role="group" aria-label={`Lineage of ${envId}`}>
        {layout.edges.map(({ path, kind }) => (
          <path key={`${kind} ${path}`} d={path} className={`edge ${kind}`} />
        ))}
        {layout.nodes.map((place) => (
          <GraphNode
            key={place.node.id}
            place={place}
            envId={envId}
            chosen={chosen}
            before={previousIn(lineage, place.node)}
          />
        ))}
      </svg>
      {lineage.truncated ? <p className="faint">Older history is in the audit log.</p> : null}
    </div>
  );
}

function GraphNode({
  place: { node, x, y },
  envId,
  chosen,
  before,
}: {
  readonly place: LineageLayout['nodes'][number];
  readonly envId: string;
  readonly chosen: string;
  readonly before: string;
}): ReactElement {
  const key = String(node.log_index);
  const isSource = node.kind === 'source';
  const title = `${node.label}: ${node.kind} in block ${node.block_index}, ${formatTime(node.time)}${node.member_name === null ? '' : `, by ${node.member_name}`}`;
  return (
    <Link
      to={['environments', isSource ? node.env_id : envId]}
      query={isSource ? {} : { from: before, to: key }}
      aria-label={title}
      aria-current={key === chosen ? 'true' : undefined}
    >
      <title>{title}</title>
      <circle cx={x} cy={y} r={RING_RADIUS} className={`ring ${key === chosen ? '' : 'idle'}`} />
      <circle cx={x} cy={y} r={NODE_RADIUS} className={`node ${isSource ? 'source' : node.lane}`} />
      <text x={x} y={y + 22} textAnchor="middle">
        {clip(node.label)}
      </text>
    </Link>
  );
}

/** The version before it in its lane: what it is compared with first. */
function previousIn({ nodes }: Lineage, node: LineageNode): string {
  const earlier = nodes.filter(
    (each) =>
      each.lane === node.lane && each.kind !== 'source' && each.metadata !== null && each.log_index < node.log_index,
  );
  return String(earlier.sort((left, right) => left.log_index - right.log_index).at(-1)?.log_index ?? 'nothing');
}

const LABEL_LENGTH_MAX = 16;

/** As much as fits under a node; of several words whole ones, so that what is read aloud contains what is seen. */
function clip(label: string): string {
  if (label.length <= LABEL_LENGTH_MAX) return label;
  const cut = label.slice(0, LABEL_LENGTH_MAX - 1);
  const end = cut.lastIndexOf(' ');
  return `${end > 0 ? cut.slice(0, end) : cut}…`;
}
