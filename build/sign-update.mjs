// npm run sign-update -- --key FILE --name NAME [--minimum VERSION] [--packages FOLDER]: the signed manifest of an update, beside the
// packages that `npm run package` made, as update.note; and the verifier key that the application pins (electron/update-source.ts).
//   openssl genpkey -algorithm ed25519 -out update-key.pem
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

import { encodeVerifierKey, NOTE_SIGNATURE_TYPES } from '../src/ledger/checkpoints/signed-note.ts';
import { encodeUpdateNote } from '../src/node/updates/update-manifest.ts';
import { checkoutRoot } from './checkout.mjs';

/** What the names of packages end with, before their endings (electron-builder). */
const ARCHITECTURES = /** @type {const} */ ({
  x64: 'x64',
  x86_64: 'x64',
  amd64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
});
const PACKAGE_NAME = /[-_](?<arch>x64|x86_64|amd64|arm64|aarch64)\.(?:AppImage|deb|dmg|exe)$/;

const { values } = parseArgs({
  options: {
    key: { type: 'string' },
    name: { type: 'string' },
    minimum: { type: 'string' },
    packages: { type: 'string', default: join(checkoutRoot, 'dist', 'packages') },
  },
});
if (values.key === undefined || values.name === undefined) {
  console.error('usage: sign-update --key FILE --name NAME [--minimum VERSION] [--packages FOLDER]');
  process.exit(2);
}
const privateKey = createPrivateKey(readFileSync(values.key));
if (privateKey.asymmetricKeyType !== 'ed25519') {
  console.error(`${values.key} is not an Ed25519 key`);
  process.exit(1);
}
const raw = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
const key = {
  name: values.name,
  type: NOTE_SIGNATURE_TYPES.ed25519,
  publicKey: new Uint8Array(Buffer.from(raw, 'base64url')),
};
const { version } = /** @type {{ version: string }} */ (
  JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8'))
);
const folder = resolve(values.packages);
const names = readdirSync(folder)
  .filter((name) => PACKAGE_NAME.test(name) && name.includes(version))
  .toSorted();
if (names.length === 0) {
  console.error(`${folder} has no package of version ${version}: make them with npm run package`);
  process.exit(1);
}
const files = await Promise.all(names.map((name) => fileOf(name)));
const note = encodeUpdateNote(
  { format: 'quantum-lock/update/v1', version, minimum: values.minimum ?? '0.0.0', files },
  key,
  (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
);
writeFileSync(join(folder, 'update.note'), note);
console.log(`${join(folder, 'update.note')}: version ${version}, ${names.join(', ')}`);
console.log(`verifier key: ${encodeVerifierKey(key)}`);

/** @param {string} name */
async function fileOf(name) {
  const path = join(folder, name);
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  const found = /** @type {keyof typeof ARCHITECTURES} */ (PACKAGE_NAME.exec(name)?.groups?.['arch'] ?? '');
  const sha256 = /** @type {import('../src/base/bytes.ts').Hash} */ (`0x${digest.digest('hex')}`);
  return { name, arch: ARCHITECTURES[found], size: statSync(path).size, sha256 };
}
