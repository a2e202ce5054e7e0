/**
 * The URL of a thread's entry next to `base`: the TypeScript source as it runs in a checkout, or the bundled
 * JavaScript.
 */
export function workerUrl(base: string, source: string): URL {
  return new URL(base.endsWith('.ts') ? source : source.replace(/^.*\/([^/]+)\.ts$/, './$1.js'), base);
}
