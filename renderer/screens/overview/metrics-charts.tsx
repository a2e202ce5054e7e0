import { useMemo, useState, type ReactElement } from 'react';

import type { Metrics } from '../../../src/api/chain/node.ts';
import { Chart } from '../../chart/chart.tsx';
import type { ChartSeries } from '../../chart/chart-options.ts';
import { formatMicroseconds, formatRate, UNKNOWN } from '../../parts/format.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';

const WINDOWS = [
  { minutes: 15, label: '15 min' },
  { minutes: 60, label: '1 h' },
  { minutes: 360, label: '6 h' },
  { minutes: 1_440, label: '24 h' },
] as const;
const REFRESH_MS = 5_000;
const CHART_HEIGHT = 150;
const THROUGHPUT: readonly ChartSeries[] = [{ name: 'tx/s', colour: 'accent', filled: true }];
const FINALITY: readonly ChartSeries[] = [
  { name: 'p50', colour: 'green' },
  { name: 'p99', colour: 'warn', dashed: true },
];
const formatThroughput = (value: number | null): string => (value === null ? UNKNOWN : formatRate(value));

export function MetricsCharts(): ReactElement {
  const { reads } = useServices();
  const [minutes, setMinutes] = useState<number>(60);
  const isAhead = useNode((state) => state.status?.clock === 'behind');
  const { data, problem, reload } = useRead(
    reads.chain.metrics.queryOptions({ input: { minutes }, refetchInterval: REFRESH_MS }),
    { keep: true },
  );
  const series = useMemo(() => seriesOf(data ?? { at: 0, interval_ms: 1_000, points: [], measured: [] }), [data]);
  return (
    <section aria-label="Over time">
      {problem === undefined || problem.code === 'CONNECTION_LOST' ? null : (
        <ProblemNotice problem={problem} onRetry={reload} />
      )}
      <div className="overview-charts">
        <figure className="card">
          <figcaption className="row">
            <h2>
              Throughput <span className="faint">· transactions a second{isAhead ? ', by the chain’s time' : ''}</span>
            </h2>
            <span className="grow" />
            <span className="segmented" role="group" aria-label="Window">
              {WINDOWS.map((window) => (
                <button
                  key={window.minutes}
                  type="button"
                  aria-pressed={window.minutes === minutes}
                  onClick={() => setMinutes(window.minutes)}
                >
                  {window.label}
                </button>
              ))}
            </span>
          </figcaption>
          <Chart
            label="Throughput"
            series={THROUGHPUT}
            data={series.throughput}
            format={formatThroughput}
            scaleMin={1}
            height={CHART_HEIGHT}
          />
        </figure>
        <figure className="card">
          <figcaption className="row">
            <h2>
              Finality <span className="faint">· p50 solid, p99 dashed</span>
            </h2>
          </figcaption>
          <Chart
            label="Finality"
            series={FINALITY}
            data={series.finality}
            format={formatMicroseconds}
            scaleMin={1_000}
            height={CHART_HEIGHT}
          />
        </figure>
      </div>
    </section>
  );
}

type Columns = readonly [readonly number[], ...(readonly (number | null)[])[]];

/** The last interval has not ended; nothing can be said about its first moments yet. */
const PART_MS_MIN = 2_000;

function seriesOf({ at, points, measured, interval_ms }: Metrics): {
  readonly throughput: Columns;
  readonly finality: Columns;
} {
  return {
    throughput: [
      points.map(({ time }) => time / 1_000),
      points.map(({ time, transactions }) => {
        const passed = Math.min(interval_ms, at - time);
        return transactions === null || passed < PART_MS_MIN ? null : (transactions * 1_000) / passed;
      }),
    ],
    finality: [
      measured.map(({ time }) => time / 1_000),
      measured.map((point) => point.finality_p50_us),
      measured.map((point) => point.finality_p99_us),
    ],
  };
}
