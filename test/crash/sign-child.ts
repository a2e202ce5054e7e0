import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';

import { encodeHex } from '../../src/base/bytes.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { EmbeddedEngine } from '../../src/node/engine/embedded-engine.ts';
import { VerifyPool } from '../../src/node/engine/verify-pool.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { ChainStore } from '../../src/node/storage/chain-store.ts';
import { createBytes, sealingKey, signForChainIn } from './test-chain.ts';

/**
 * A validator that writes down every digest that its key signs, and kills itself at one of them: just before it signs, or
 * with the signature in its hand. Arguments: data directory, log of what was signed, which signature, before or after, run.
 */
const [dataDirectory = '', signedLog = '', killAt = '', moment = '', run = ''] = process.argv.slice(2);

const sign = loadDigestSigner();
let signatures = 0;

function dieNow(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

const store = ChainStore.open(dataPaths(dataDirectory).chain);
const engine = new EmbeddedEngine({
  store,
  pool: new VerifyPool({ chain: signForChainIn(dataDirectory), threads: 1 }),
  key: sealingKey(),
  sign: (digest, secret) => {
    const isLast = ++signatures === Number(killAt);
    if (isLast && moment === 'before') dieNow();
    const signature = sign(digest, secret);
    const file = openSync(signedLog, 'a');
    appendFileSync(file, `${encodeHex(digest)}\n`);
    fsyncSync(file);
    closeSync(file);
    if (isLast) dieNow();
    return signature;
  },
  signatureVerifier: loadSignatureVerifier(),
  now: Date.now,
  onBlock: () => undefined,
});

for (let turn = 0; ; turn++)
  await Promise.all([0, 1, 2].map((lane) => engine.submit([createBytes(`run-${run}-${turn}-${lane}`)])));
