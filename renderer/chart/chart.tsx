import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';
import UPlot from 'uplot';
import { useStore } from 'zustand';

import { formatMinute } from '../parts/format.ts';
import { useServices } from '../services.ts';
import { chartOptions, type ChartSeries } from './chart-options.ts';

interface Props {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  /** Unix seconds, then one list a series; null is a gap. */
  readonly data: readonly [readonly number[], ...(readonly (number | null)[])[]];
  /** How a value is written, on the axis and next to the pointer. */
  readonly format: (value: number | null) => string;
  readonly height: number;
  /** The axis reaches at least this far: a chart of nothing still has a scale. */
  readonly scaleMin: number;
}

/** A chart over time on a canvas. Dragging zooms in; a double click or the button zooms out. */
export function Chart({ label, series, data, format, height, scaleMin }: Props): ReactElement {
  const { appearance } = useServices();
  const theme = useStore(appearance, (state) => state.theme);
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const [zoomed, setZoomed] = useState(false);
  const create = useEffectEvent((element: HTMLElement) => {
    const options = chartOptions({ element, series, format, height, scaleMin, onZoom: setZoomed });
    return new UPlot(options, uplotData(data), element);
  });
  const show = useEffectEvent(() => plot.current?.setData(uplotData(data), !zoomed));

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const made = create(element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, height]);
  useEffect(() => {
    show();
  }, [data]);

  return (
    <div className="chart">
      <div ref={holder} role="img" aria-label={`${label}. ${describe(series, data, format)}`} />
      {zoomed ? (
        <button
          type="button"
          className="button chart-reset"
          onClick={() => plot.current?.setData(uplotData(data), true)}
        >
          Show all
        </button>
      ) : null}
    </div>
  );
}

/** `; not measured before 14:05`, `; with gaps`: what no line is drawn for. */
function gapWords(data: Props['data'], column: number): string {
  const values = data[column] ?? [];
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  const begin = data[0][first];
  const before = first > 0 && begin !== undefined ? `, not measured before ${formatMinute(begin * 1_000)}` : '';
  return values.slice(first, last).includes(null) ? `${before}, with gaps` : before;
}

function uplotData(data: Props['data']): UPlot.AlignedData {
  return data as unknown as UPlot.AlignedData;
}

/** The chart in a sentence, for anyone who does not see it. */
function describe(series: Props['series'], data: Props['data'], format: Props['format']): string {
  return series
    .map(({ name }, index) => {
      const values = (data[index + 1] ?? []).filter((value) => value !== null);
      if (values.length === 0) return `${name}: no data yet`;
      const highest = values.reduce((most, value) => Math.max(most, value), 0);
      return `${name}: ${format(data[index + 1]?.at(-1) ?? null)} now, ${format(highest)} at most${gapWords(data, index + 1)}`;
    })
    .join('; ');
}
