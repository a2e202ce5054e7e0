import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { headCopies } from '../../../src/node/history/places.ts';
import { openKeyring } from '../../../src/node/keys/keyring.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { createBytes, foundTestChain, sealingKey } from '../../crash/test-chain.ts';

/** A chain whose validator's key lies in the keychain; then a whole older copy of its directory in its place. */
const [root = ''] = process.argv.slice(2);
const data = join(root, 'data');
const older = join(root, 'older');
const keyring = openKeyring(data, { clock: () => Date.now() });
foundTestChain(data);
const key = await keyring.create({ name: 'validator', store: 'keychain' });
const config = readNodeConfig(data);
writeNodeConfig(data, { ...config, validator: { ...config.validator, key_id: key.key_id } });

async function run(transactions: number): Promise<string> {
  const copies = await headCopies(data, keyring);
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now, headCopies: copies });
  for (let index = 0; index < transactions; index++)
    await node.submit(createBytes(`env-${index}-${transactions}`)).catch(() => undefined);
  const { alerts } = await node.status();
  await node.close();
  return alerts
    .map(({ code, message }) => `${code} ${message}`)
    .filter((text) => !text.startsWith('LOW_DISK'))
    .join('\n');
}

const first = await run(2);
cpSync(data, older, { recursive: true });
const second = await run(3);
rmSync(data, { recursive: true });
cpSync(older, data, { recursive: true });
const third = await run(1);
const fourth = await run(0);
console.log(JSON.stringify({ first, second, third, fourth }));
