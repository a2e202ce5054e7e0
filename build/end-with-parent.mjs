/** Slow enough to cost nothing, quick enough that nobody waits for the data directory to be free again. */
const pollMs = 250;

/**
 * npm starts scripts through a shell, and hands signals to the shell only, which dies without passing them on. So, where npm
 * started us, the end of our parent counts as its SIGTERM.
 * @param {() => void} end
 */
export function endWithParent(end) {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, pollMs);
  timer.unref();
}
