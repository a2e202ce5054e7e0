import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';

import Database from 'better-sqlite3';

import { defined } from '../../src/base/assert.ts';
import { serveOwner } from '../../src/node/threads/serve-port.ts';

/** A thread that, once loaded, is nearly always in an addon: any moment is a bad one to be terminated. */
const bindings = createRequire(import.meta.url)('secp256k1/bindings') as typeof import('secp256k1/bindings');
const database = new Database(':memory:');
const secret = randomBytes(32);
const publicKey = bindings.publicKeyCreate(secret);
const digest = randomBytes(32);
const { signature } = bindings.ecdsaSign(digest, secret);

let isClosing = false;

function callForAWhile(): void {
  if (isClosing) return;
  for (let call = 0; call < 500; call++) bindings.ecdsaVerify(signature, digest, publicKey);
  for (let call = 0; call < 500; call++) database.prepare('SELECT ?').get(call);
  setImmediate(callForAWhile);
}

callForAWhile();

const handlers = { isLoaded: () => true };
export type AddonHandlers = typeof handlers;

serveOwner(defined(parentPort, 'parent port'), handlers, () => {
  isClosing = true;
  database.close();
});
