import type UPlot from 'uplot';

export interface ChartSeries {
  readonly name: string;
  /** A colour token, without the dashes. */
  readonly colour: 'accent' | 'green' | 'warn';
  readonly filled?: boolean;
  readonly dashed?: boolean;
}

interface Options {
  readonly element: HTMLElement;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number | null) => string;
  readonly height: number;
  readonly scaleMin: number;
  readonly onZoom: (zoomed: boolean) => void;
}

const TIME_FORMAT = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** uPlot's options in the console's colours. A canvas knows no custom properties, so they are read off the element. */
export function chartOptions({ element, series, format, height, scaleMin, onZoom }: Options): UPlot.Options {
  const style = getComputedStyle(element);
  const colour = (token: string): string => style.getPropertyValue(`--${token}`).trim();
  const axis = { stroke: colour('faint'), font: `11px ${style.fontFamily}`, ticks: { show: false } };
  const grid = { stroke: colour('line'), width: 1 };
  return {
    width: Math.max(1, element.clientWidth),
    height,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: true } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(scaleMin, Number.isFinite(high) ? high * 1.1 : 0)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 64,
        values: (_plot, splits) => splits.map((value) => TIME_FORMAT.format(value * 1_000)),
      },
      { ...axis, grid, size: 56, space: 32, values: (_plot, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...series.map(({ name, colour: token, filled = false, dashed = false }) => ({
        label: name,
        stroke: colour(token),
        width: 1.6,
        points: { size: 4, filter: (plot: UPlot, index: number) => alone(plot.data[index] ?? []) },
        spanGaps: false,
        ...(filled ? { fill: colour('accent-soft') } : {}),
        ...(dashed ? { dash: [4, 3] } : {}),
      })),
    ],
    plugins: [readout(format, series)],
    hooks: {
      setScale: [
        (plot, key) => {
          if (key !== 'x') return;
          const [first, last] = [plot.data[0][0], plot.data[0].at(-1)];
          const { min, max } = plot.scales['x'] ?? {};
          onZoom(
            typeof min === 'number' &&
              typeof max === 'number' &&
              first !== undefined &&
              last !== undefined &&
              (min > first || max < last),
          );
        },
      ],
    },
  };
}

/** Places of values between two gaps: no line leads to them, so they are drawn as points. */
function alone(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from(values, (_, index) => index).filter(
    (index) => isValue(values[index]) && !isValue(values[index - 1]) && !isValue(values[index + 1]),
  );
}

function isValue(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}

/** The values under the pointer, in the chart's upper corner, where they cover nothing that matters. */
function readout(format: Options['format'], series: readonly ChartSeries[]): UPlot.Plugin {
  const note = document.createElement('div');
  note.className = 'chart-readout';
  note.hidden = true;
  return {
    hooks: {
      init: [(plot) => plot.over.append(note)],
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          note.hidden = index === null || index === undefined;
          if (index === null || index === undefined) return;
          const time = plot.data[0][index] ?? 0;
          const values = series.map(({ name }, at) => `${name} ${format(plot.data[at + 1]?.[index] ?? null)}`);
          note.textContent = [TIME_FORMAT.format(time * 1_000), ...values].join(' · ');
        },
      ],
    },
  };
}
