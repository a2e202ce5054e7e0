import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';

/** Before the browser suites: the page that `dm console` serves is built, and from the source as it is now. */
export function setup(): void {
  ensureBuilt(rendererOutput, (line) => console.log(`page: ${line}`));
}
