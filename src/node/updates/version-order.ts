/** `1.2.3`: what is published. A version with anything behind it is not, so that there is one order. */
export const VERSION_PATTERN = /^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})$/;

/** Below zero where `one` is older. Both fit the pattern. */
export function compareVersions(one: string, other: string): number {
  const [numbers, others] = [one, other].map((version) => version.split('.').map(Number));
  const differences = (numbers ?? []).map((number, index) => number - (others?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
