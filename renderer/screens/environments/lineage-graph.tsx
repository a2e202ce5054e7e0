import { useEffect, useRef, useState, type ReactElement } from 'react';

import type { Lineage, LineageNode } from '../../../src/api/chain/environments.ts';
import { formatCount, formatTime } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { layOutLineage, type LineageLayout } from './lineage-layout.ts';
import { drawnSteps, eachStep } from './lineage-runs.ts';

const NODE_RADIUS = 6;
const RING_RADIUS = 10;
/** What a pointer has to meet: the node, its label and what is between. */
const TARGET_WIDTH = 84;
const TARGET_HEIGHT = 42;
/** Of a run: longer than a step. */
const RUN_HALF_WIDTH = 18;

interface Props {
  readonly envId: string;
  readonly lineage: Lineage;
  /** Key of the version at the right side of the comparison. */
  readonly chosen: string;
}

/** How the versions came about. A node opens what changed there. */
export function LineageGraph({ envId, lineage, chosen }: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const [isWhole, setIsWhole] = useState(false);
  const drawn = isWhole ? eachStep(lineage) : drawnSteps(lineage, new Set([chosen]));
  const layout = layOutLineage(drawn, lineage.edges);
  const hasRuns = isWhole || drawn.some(({ steps }) => steps.length > 1);
  const newest = drawn.at(-1)?.steps.at(-1)?.id;
  useEffect(() => {
    // The newest is what one came for.
    scroller.current?.scrollTo(scroller.current.scrollWidth, 0);
  }, [newest, isWhole]);
  return (
    <>
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
              before={previousIn(lineage, place.steps[0] ?? place.node)}
            />
          ))}
        </svg>
      </div>
      {hasRuns || lineage.truncated ? (
        <p className="faint row">
          {hasRuns ? (
            <button type="button" className="button quiet" onClick={() => setIsWhole(!isWhole)}>
              {isWhole ? 'Draw updates that follow each other as one' : 'Draw each update by itself'}
            </button>
          ) : null}
          {lineage.truncated ? 'Older history is in the audit log.' : null}
        </p>
      ) : null}
    </>
  );
}

function GraphNode({
  place: { steps, node, x, y },
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
  const [first] = steps;
  const isRun = first !== undefined && first !== node;
  const label = isRun ? `${first.label} … ${node.label}` : node.label;
  const title = isRun
    ? `${label}: ${formatCount(steps.length)} updates, of which nothing else came, from ${formatTime(first.time)} to ${formatTime(node.time)}`
    : `${label}: ${node.kind} in block ${node.block_index}, ${formatTime(node.time)}${node.member_name === null ? '' : `, by ${node.member_name}`}`;
  return (
    <Link
      to={['environments', isSource ? node.env_id : envId]}
      query={isSource ? {} : { from: before, to: key }}
      aria-label={title}
      aria-current={key === chosen ? 'true' : undefined}
    >
      <title>{title}</title>
      <rect x={x - TARGET_WIDTH / 2} y={y - 14} width={TARGET_WIDTH} height={TARGET_HEIGHT} className="target" />
      <circle cx={x} cy={y} r={RING_RADIUS} className={`ring ${key === chosen ? '' : 'idle'}`} />
      {isRun ? (
        <rect
          x={x - RUN_HALF_WIDTH}
          y={y - NODE_RADIUS}
          width={2 * RUN_HALF_WIDTH}
          height={2 * NODE_RADIUS}
          rx={NODE_RADIUS}
          className={`node ${node.lane}`}
        />
      ) : (
        <circle cx={x} cy={y} r={NODE_RADIUS} className={`node ${isSource ? 'source' : node.lane}`} />
      )}
      <text x={x} y={y + 22} textAnchor="middle">
        {clip(label)}
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
