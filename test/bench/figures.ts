/** One measured figure, with the bound that it is held against where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound?: { readonly at: 'most' | 'least'; readonly value: number };
}

export function isWithinBound({ value, bound }: Figure): boolean {
  if (bound === undefined) return true;
  return bound.at === 'most' ? value <= bound.value : value >= bound.value;
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const figure of figures) {
    const { name, value, unit, bound } = figure;
    const shown = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
    const held =
      bound === undefined
        ? ''
        : `   at ${bound.at} ${bound.value} ${unit}: ${isWithinBound(figure) ? 'held' : 'NOT HELD'}`;
    console.log(`  ${name.padEnd(width)}  ${shown.padStart(10)} ${unit}${held}`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
