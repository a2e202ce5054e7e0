import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { electronOutput } from '../../build/setup/bundles.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';
import type { HostInfo } from '../../src/api/operator/host.ts';
import type { SignatureOutcome, SigningReview } from '../../src/api/operator/signing.ts';

interface Seen {
  readonly opened: unknown;
  readonly host: HostInfo;
  readonly created: HostInfo;
  readonly signed: { readonly review: SigningReview; readonly outcome: SignatureOutcome };
  readonly refused: { readonly review: SigningReview; readonly outcome: SignatureOutcome };
  readonly height: number;
  readonly boxes: readonly { readonly message: string; readonly detail: string; readonly defaultId: number }[];
  readonly exitCode: number;
}

/** The JavaScript that Electron runs, with the real node, threads and files behind it: all but Electron itself. */
describe('the bundled desktop application', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'quantum-lock-bundle-'));
  afterAll(() => rmSync(dataDirectory, { recursive: true }));

  let seen: Seen;
  beforeAll(() => {
    const say = (): void => undefined;
    ensureBuilt(rendererOutput, say);
    ensureBuilt(electronOutput, say);
    const script = join(checkoutRoot, 'test', 'electron', 'run-bundle.ts');
    const main = join(checkoutRoot, electronOutput.product);
    const output = execFileSync(process.execPath, [script, main, dataDirectory], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    seen = JSON.parse(output) as Seen;
  });

  test('opens on an empty directory without a chain', () => {
    expect(seen.host).toMatchObject({
      host: 'electron',
      version: '1.2.3',
      chain: null,
      problem: null,
      confirmation: 'dialog',
    });
    expect(seen.host.data_dir).toBe(dataDirectory);
  });

  test('starts the threads of the node that it brings along, and seals what was signed', () => {
    expect(seen.created.chain).toMatchObject({ chain_id: 'bundled', sandbox: false });
    expect(seen.signed.outcome.outcome).toBe('committed');
  });

  test('asks in its own dialog, with the words of the review and Cancel as the default', () => {
    expect(seen.boxes).toHaveLength(2);
    for (const [index, { review }] of [seen.signed, seen.refused].entries()) {
      expect(seen.boxes[index]).toMatchObject({ message: review.sentence, defaultId: 0 });
      expect(seen.boxes[index]?.detail).toContain(
        review.fingerprint.map((word, position) => `${position + 1} ${word}`).join('  '),
      );
    }
  });

  test('signs nothing when the person cancels', () => {
    expect(seen.refused.outcome.outcome).toBe('refused');
    expect(seen.height).toBe(1);
  });

  test('shows what a link of its arguments names', () => {
    expect(seen.opened).toEqual({ kind: 'block', index: 0 });
  });

  test('ends cleanly', () => {
    expect(seen.exitCode).toBe(0);
  });
});
