import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { sandboxHost } from '../governance/sandbox-host.ts';

test('a passphrase beside its keys is told for as long as it lies there, since the node runs', async () => {
  const { host, directory } = await sandboxHost();
  const path = join(directory, 'keys', 'passphrase');
  const told = async (): Promise<readonly (readonly [string, number])[]> =>
    (await host.node.status()).alerts
      .filter(({ code }) => code === 'PASSPHRASE_BESIDE_KEYS')
      .map(({ severity, since }) => [severity, since]);
  expect(await told()).toEqual([]);
  writeFileSync(path, 'a passphrase for tests\n', { mode: 0o600 });
  const first = await told();
  expect(first).toEqual([['warning', (await host.node.status()).started_at]]);
  expect(await told()).toEqual(first);
  rmSync(path);
  expect(await told()).toEqual([]);
});
