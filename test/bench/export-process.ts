import { readFileSync, rmSync } from 'node:fs';
import { decodeHex, type PublicKey } from '../../src/base/bytes.ts';
import { exportDigest, type ExportKind } from '../../src/ledger/documents/export-manifest.ts';
import { makeExportInThread } from '../../src/node/export/export-thread.ts';
import { loadDigestSigner } from '../../src/node/signature-verifier.ts';
import { peakMemoryMib } from './peak-memory.ts';

export interface ExportProcessInput {
  readonly dataDirectory: string;
  readonly kind: ExportKind;
  readonly output: string;
  readonly publicKey: PublicKey;
  /** 0x hex. */
  readonly secret: string;
}

/** One export in a process of its own: prints what it took, and the most memory that the process had. */
const { dataDirectory, kind, output, publicKey, secret } = JSON.parse(readFileSync(0, 'utf8')) as ExportProcessInput;
const sign = loadDigestSigner();
const begin = performance.now();
const { signed } = await makeExportInThread(
  { dataDirectory, kind, filter: {}, output, createdAt: Date.now(), software: 'bench' },
  {
    sign: (manifest) =>
      Promise.resolve({ public_key: publicKey, signature: sign(exportDigest(manifest), decodeHex(secret)) }),
    report: () => undefined,
  },
);
const seconds = (performance.now() - begin) / 1000;
const rss_mib = peakMemoryMib();
rmSync(output);
rmSync(`${output}.manifest.json`, { force: true });
console.log(JSON.stringify({ seconds, rss_mib, rows: signed.manifest.rows }));
