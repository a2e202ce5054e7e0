import { rmSync } from 'node:fs';
import { defined } from '../../src/base/assert.ts';
import type { PublicKey } from '../../src/base/bytes.ts';
import { exportDigest, type ExportKind } from '../../src/ledger/documents/export-manifest.ts';
import { makeExportInThread } from '../../src/node/export/export-thread.ts';
import { loadDigestSigner } from '../../src/node/signature-verifier.ts';

/** One export in a process of its own: prints what it took, and the most memory that the process had. */
const [dataDirectory, kind, output, publicKey, secret] = process.argv.slice(2);
const path = defined(output, 'a path');
const sign = loadDigestSigner();
const begin = performance.now();
const { signed } = await makeExportInThread(
  {
    dataDirectory: defined(dataDirectory, 'a data directory'),
    kind: kind as ExportKind,
    filter: {},
    output: path,
    createdAt: Date.now(),
    software: 'bench',
  },
  {
    sign: (manifest) =>
      Promise.resolve({
        public_key: publicKey as PublicKey,
        signature: sign(exportDigest(manifest), Buffer.from(defined(secret, 'a secret'), 'hex')),
      }),
    report: () => undefined,
  },
);
const seconds = (performance.now() - begin) / 1000;
const rss_mib = process.resourceUsage().maxRSS / 1024;
rmSync(path);
rmSync(`${path}.manifest.json`, { force: true });
console.log(JSON.stringify({ seconds, rss_mib, rows: signed.manifest.rows }));
