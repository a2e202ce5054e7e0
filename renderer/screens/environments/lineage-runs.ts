import type { Lineage, LineageNode } from '../../../src/api/chain/environments.ts';

/** Fewer are drawn one by one: a run of them would save no room. */
const RUN_MIN = 3;

/** What is drawn as one node: a single step, or a run of updates of which nothing else came. */
export interface DrawnStep {
  /** Never empty, oldest first. */
  readonly steps: readonly LineageNode[];
}

/**
 * The steps in the order of the log. Updates that follow each other, and from which nothing was promoted, merged or restored, and into
 * which nothing was merged, are one; what is being looked at (`keptKeys`, places in the log) stays by itself.
 */
export function drawnSteps({ nodes, edges }: Lineage, keptKeys: ReadonlySet<string>): readonly DrawnStep[] {
  const into = Map.groupBy(edges, ({ to }) => to);
  const outOf = Map.groupBy(edges, ({ from }) => from);
  const isPlain = ({ id, kind, log_index }: LineageNode): boolean =>
    kind === 'update' &&
    !keptKeys.has(String(log_index)) &&
    [into.get(id) ?? [], outOf.get(id) ?? []].every(
      (met) => met.length <= 1 && met.every((edge) => edge.kind === 'next'),
    );
  const follows = (earlier: LineageNode, later: LineageNode): boolean =>
    (into.get(later.id) ?? []).some(({ from }) => from === earlier.id);

  const runs: LineageNode[][] = [];
  for (const node of inOrder(nodes)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && isPlain(last) && isPlain(node) && follows(last, node))
      run.push(node);
    else runs.push([node]);
  }
  return runs.flatMap((steps) => (steps.length >= RUN_MIN ? [{ steps }] : steps.map((step) => ({ steps: [step] }))));
}

/** The same, one by one. */
export function eachStep({ nodes }: Lineage): readonly DrawnStep[] {
  return inOrder(nodes).map((step) => ({ steps: [step] }));
}

function inOrder(nodes: readonly LineageNode[]): readonly LineageNode[] {
  return [...nodes].sort((left, right) => left.log_index - right.log_index);
}
