import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { checkoutRoot } from '../../build/checkout.mjs';
import type { HostInfo } from '../../src/api/operator/host.ts';
import type { SignatureOutcome, SigningReview } from '../../src/api/operator/signing.ts';

/** What run-bundle.ts saw of the application. */
export interface SeenOfBundle {
  readonly opened: unknown;
  readonly reopening: { readonly problem: string; readonly asked: readonly string[] };
  readonly host: HostInfo;
  readonly created: HostInfo;
  readonly signed: { readonly review: SigningReview; readonly outcome: SignatureOutcome };
  readonly refused: { readonly review: SigningReview; readonly outcome: SignatureOutcome };
  readonly height: number;
  readonly boxes: readonly { readonly message: string; readonly detail: string; readonly defaultId: number }[];
  readonly exitCode: number;
}

/** Runs the application's main process on an empty data directory, with all of it real but Electron itself (run-bundle.ts). */
export function runBundle(mainFile: string, dataDirectory: string): SeenOfBundle {
  const script = join(checkoutRoot, 'test', 'electron', 'run-bundle.ts');
  const output = execFileSync(process.execPath, [script, mainFile, dataDirectory], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return JSON.parse(output) as SeenOfBundle;
}
