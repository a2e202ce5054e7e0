import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

export const S3_KEYS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-of-some-length' };

export interface S3Server {
  readonly endpoint: string;
  stop(): void;
}

/** Starts versitygw on loopback. It serves the folders below `directory` as buckets. */
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
