/**
 * One process that runs test files again and again with another mutant on each time: starting the runner takes longer than most
 * runs. Told by messages from main.ts; the current directory is the instrumented copy of the checkout.
 */
import { createVitest } from 'vitest/node';

/** Which mutant to switch on, and the test files that reach it. */
export interface Order {
  readonly id: number;
  readonly files: readonly string[];
}

/** Whether a test noticed. */
export interface Answer {
  readonly id: number;
  readonly killed: boolean;
}

const vitest = await createVitest({ watch: false, bail: 1, reporters: [{}], silent: true });
await vitest.standalone();

process.on('message', (order: Order) => {
  void attempt(order).then((killed) => process.send?.({ id: order.id, killed } satisfies Answer));
});
process.on('disconnect', () => void vitest.close().then(() => process.exit(0)));
process.send?.({ id: 0, killed: false } satisfies Answer);

async function attempt({ id, files }: Order): Promise<boolean> {
  process.env['QL_MUTANT'] = String(id);
  const specifications = (await vitest.globTestSpecifications([...files])).filter(({ moduleId }) =>
    files.some((file) => moduleId.endsWith(file)),
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  return unhandledErrors.length > 0 || testModules.some((testModule) => !testModule.ok());
}
