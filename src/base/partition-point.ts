/** Of `length` places, of which the first ones fit and none behind them does, how many fit. */
export function partitionPoint(length: number, fits: (place: number) => boolean): number {
  let low = 0;
  for (let high = length; low < high;) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
