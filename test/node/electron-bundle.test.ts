import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { ensureBuilt } from '../../build/setup/built-output.mjs';
import { electronOutput } from '../../build/setup/bundles.mjs';
import { rendererOutput } from '../../build/setup/renderer.mjs';
import { runBundle, type SeenOfBundle } from '../electron/start-bundle.ts';

/** The JavaScript that Electron runs, with the real node, threads and files behind it: all but Electron itself. */
describe('the bundled desktop application', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'quantum-lock-bundle-'));
  afterAll(() => rmSync(dataDirectory, { recursive: true }));

  let seen: SeenOfBundle;
  beforeAll(() => {
    const say = (): void => undefined;
    ensureBuilt(rendererOutput, say);
    ensureBuilt(electronOutput, say);
    seen = runBundle(join(checkoutRoot, electronOutput.product), dataDirectory);
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

  test('opens a data directory of its menu once the person confirmed it', () => {
    expect(seen.reopening).toEqual({
      problem: 'PASSPHRASE_REQUIRED',
      asked: [expect.stringContaining(`opens the chain in ${dataDirectory}`)],
    });
  });

  test('ends cleanly', () => {
    expect(seen.exitCode).toBe(0);
  });
});
