import { rmSync } from 'node:fs';
import type { ExportKind } from '../../src/ledger/documents/export-manifest.ts';
import { makeExportInThread } from '../../src/node/export/export-thread.ts';
import { loadDigestSigner } from '../../src/node/signature-verifier.ts';
import { exportDigest } from '../../src/ledger/documents/export-manifest.ts';
import { administratorSigner } from '../crash/test-chain.ts';

/** One export in a process of its own: prints what it took, and the most memory that the process had. */
const [dataDirectory = '', kind = 'jsonl', output = ''] = process.argv.slice(2);
const { publicKey, secret } = administratorSigner();
const sign = loadDigestSigner();
const begin = performance.now();
const { signed } = await makeExportInThread(
  { dataDirectory, kind: kind as ExportKind, filter: {}, output, createdAt: Date.now(), software: 'bench' },
  {
    sign: (manifest) => Promise.resolve({ public_key: publicKey, signature: sign(exportDigest(manifest), secret) }),
    report: () => undefined,
  },
);
const seconds = (performance.now() - begin) / 1000;
const rss_mib = process.resourceUsage().maxRSS / 1024;
rmSync(output);
rmSync(`${output}.manifest.json`, { force: true });
console.log(JSON.stringify({ seconds, rss_mib, rows: signed.manifest.rows }));
