import { encodeHex } from '../../../src/base/bytes.ts';
import { publicKeyOf } from '../../../src/ledger/crypto/signature.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';

/** Makes a key in the real keychain; with a key id, proves that a later process can use it, and removes it. */
const [dataDir = '', keyId] = process.argv.slice(2);
const keyring = openKeyring(dataDir, { clock: () => Date.now() });
const access = await keyring.keychain();
if (!access.available) {
  console.log(JSON.stringify({ reason: access.reason }));
} else if (keyId === undefined) {
  console.log(JSON.stringify(await keyring.create({ name: 'ada', store: 'keychain' })));
} else {
  const secret = await keyring.secret(keyId);
  const publicKey = publicKeyOf(secret);
  secret.fill(0);
  await keyring.remove(keyId);
  console.log(JSON.stringify({ public_key: publicKey, left: encodeHex(secret) }));
}
