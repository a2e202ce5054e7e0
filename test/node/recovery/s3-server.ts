import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';

import { checkoutRoot } from '../../../build/checkout.mjs';

/** A real S3 server on loopback: versitygw, which refuses wrong keys and wrong checksums, and honours object lock. */
const MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const KEPT = join(checkoutRoot, 'node_modules', '.cache', 'versitygw');

export const S3_KEYS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-of-some-length' };

/** Where the server's program is, or why there is none. With CI=true it is built where Go is. */
export function findS3Server(): { readonly program: string } | { readonly reason: string } {
  const places = [join(homedir(), 'go', 'bin', 'versitygw'), join(KEPT, 'versitygw')];
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return { program: found };
  const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
  if (!hasGo) return { reason: 'neither versitygw nor Go is on this machine' };
  if (process.env['CI'] !== 'true') return { reason: `versitygw is not there: go install ${MODULE}` };
  mkdirSync(KEPT, { recursive: true });
  execFileSync('go', ['install', MODULE], { stdio: 'inherit', env: { ...process.env, GOBIN: KEPT } });
  return { program: join(KEPT, 'versitygw') };
}

export interface S3Server {
  readonly endpoint: string;
  stop(): void;
}

/** Serves the folders below `directory` as buckets. */
export async function startS3Server(program: string, directory: string): Promise<S3Server> {
  const port = await freePort();
  const [versions, buckets] = [join(directory, 'versions'), join(directory, 'buckets')];
  for (const path of [versions, buckets]) mkdirSync(path, { recursive: true });
  const child = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--versioning-dir', versions, buckets],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ROOT_ACCESS_KEY: S3_KEYS.accessKeyId, ROOT_SECRET_KEY: S3_KEYS.secretAccessKey },
    },
  );
  await untilOpen(port, child);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => void child.kill('SIGKILL') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves at the first connection that the server takes. */
async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (isOpen) return;
  }
  throw new Error(`the S3 server ended with ${child.exitCode}`);
}
