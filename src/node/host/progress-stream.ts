/** Turns a task that reports by callback into a stream of its reports, ended by its result. Only the newest report waits. */
export async function* progressStream<Progress, Result>(
  task: (report: (progress: Progress) => void) => Promise<Result>,
): AsyncGenerator<Progress | Result, void, undefined> {
  let latest: { readonly progress: Progress } | null = null;
  let wake: () => void = () => undefined;
  let ended: { readonly result: Result } | { readonly error: unknown } | null = null;
  const running = task((progress) => {
    latest = { progress };
    wake();
  }).then(
    (result) => {
      ended = { result };
      wake();
    },
    (error: unknown) => {
      ended = { error };
      wake();
    },
  );
  const next = (): { readonly progress: Progress } | null => {
    const taken = latest;
    latest = null;
    return taken;
  };
  const outcome = (): typeof ended => ended;
  for (;;) {
    const report = next();
    if (report !== null) yield report.progress;
    else if (outcome() === null) await new Promise<void>((resolve) => (wake = resolve));
    else break;
  }
  await running;
  const end = outcome();
  if (end === null) return;
  if ('error' in end) throw end.error;
  yield end.result;
}
