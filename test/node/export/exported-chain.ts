import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import type { PublicKey } from '../../../src/base/bytes.ts';
import { exportDigest, type ExportKind } from '../../../src/ledger/documents/export-manifest.ts';
import type { TrustedKeys } from '../../../src/ledger/proofs/report.ts';
import { makeExport, type MadeExport, type SignExport } from '../../../src/node/export/make-export.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { loadDigestSigner } from '../../../src/node/signature-verifier.ts';
import {
  createBytes,
  foundTestChain,
  promoteBytes,
  sealingKey,
  testChain,
  updateBytes,
  VALIDATOR_ID,
} from '../../crash/test-chain.ts';

/** A chain of some blocks of one and of several transactions, and the exports of it. */

export const root = mkdtempSync(join(tmpdir(), 'quantum-lock-export-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

export const dataDirectory = join(root, 'data');

/** Names as people give them: what a spreadsheet, a shell, a SIEM or a terminal could take for its own. */
export const HOSTILE_NAMES = [
  '=1+1',
  '+cmd|" /C calc"!A0',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  'a|b=c\\d',
  'two\nlines',
  '＝1+1',
  '"quoted", and; more',
  'CEF:0|x|y|z|1|2|3|msg=forged',
];

/** Founds it and lets it grow: `single` blocks of one transaction, then `batches` of ten. */
export async function growChain({
  single,
  batches,
}: {
  readonly single: number;
  readonly batches: number;
}): Promise<void> {
  mkdirSync(dataDirectory, { recursive: true });
  foundTestChain(dataDirectory);
  const node = await QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });
  try {
    for (let index = 0; index < single; index++) {
      await node.submitBatch([createBytes(`env-${index}`, { metadata: { name: nameOf(index) } })]);
      await node.submitBatch([promoteBytes(`env-${index}`, `env-${index}`)]);
    }
    for (let batch = 0; batch < batches; batch++)
      await node.submitBatch(
        Array.from({ length: 10 }, (_, index) =>
          batch % 2 === 0
            ? createBytes(`many-${batch}-${index}`, { by: 'engineer' })
            : updateBytes(`many-${batch - 1}-${index}`, `content ${batch}`, { by: 'engineer' }),
        ),
      );
  } finally {
    await node.close();
  }
}

function nameOf(index: number): string {
  return HOSTILE_NAMES[index % HOSTILE_NAMES.length] as string;
}

export const trusted = (): TrustedKeys => ({
  chain: testChain(),
  validators: [{ validator_id: VALIDATOR_ID, public_key: sealingKey().publicKey, seals_from: 0, seals_to: null }],
});

const sign = loadDigestSigner();

export const signAs =
  ({ publicKey, secret }: { readonly publicKey: PublicKey; readonly secret: Uint8Array }): SignExport =>
  (manifest) =>
    Promise.resolve({ public_key: publicKey, signature: sign(exportDigest(manifest), secret) });

let count = 0;

export async function exportTo(
  kind: ExportKind,
  filter: AuditFilter = {},
  by = signAs(sealingKey()),
): Promise<MadeExport & { readonly path: string }> {
  const directory = join(root, String(++count));
  mkdirSync(directory);
  const path = join(directory, `export.${kind}`);
  const made = await makeExport(
    { dataDirectory, kind, filter, output: path, createdAt: 1_800_000_000_000, software: '1.2.3' },
    { sign: by, report: () => undefined },
  );
  return { ...made, path };
}
