import { parseArgs } from 'node:util';

import { encodeHex } from '../../../src/base/bytes.ts';
import { publicKeyOf } from '../../../src/ledger/crypto/signature.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';

/**
 * Makes a key in the real keychain; with a key id, proves that a later process can use it, and removes it. With --electron
 * it looks to the product as Electron's main process does.
 */
const { values, positionals } = parseArgs({
  options: { electron: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [dataDir = '', keyId] = positionals;
if (values.electron) {
  Object.defineProperty(process, 'versions', { value: { ...process.versions, electron: '0.0.0' } });
  process.execPath = '/there/is/no/such/program';
}
const keyring = openKeyring(dataDir, { clock: () => Date.now() });
const access = await keyring.keychain();
if (!access.available) {
  console.log(JSON.stringify({ reason: access.reason }));
} else if (keyId === undefined) {
  console.log(JSON.stringify(await keyring.create({ name: 'ada', store: 'keychain' })));
} else {
  const secret = await keyring.sealingSecret(keyId);
  const publicKey = publicKeyOf(secret);
  secret.fill(0);
  await keyring.remove(keyId);
  console.log(JSON.stringify({ public_key: publicKey, left: encodeHex(secret) }));
}
