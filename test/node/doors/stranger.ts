import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { projectNode } from '../../../build/checkout.mjs';

/**
 * Another user of this machine, where this runs as root; elsewhere another process of the same one. It becomes that user once it
 * runs: the checkout, and the Node in it, may lie where no other user may look.
 */
const BECOME_ANOTHER = `if (process.getuid?.() === 0) {
  process.setgroups([]);
  process.setgid(65_534);
  process.setuid(65_534);
}
`;

export interface Stranger {
  readonly child: ChildProcess;
  /** Every line that it printed. */
  readonly heard: readonly string[];
  /** Resolves with the first line that `wanted` matches. */
  line(wanted: RegExp): Promise<string>;
  end(): Promise<void>;
}

/** Runs a script as another user, which knows nothing but what it is given. */
export function startStranger(script: string, args: readonly string[]): Stranger {
  const child = spawn(projectNode, ['--input-type=module', '-e', BECOME_ANOTHER + script, '--', ...args], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    heard.push(line);
    for (const look of waiting) look();
  });
  const ended = once(child, 'close');
  return {
    child,
    heard,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = heard.find((line) => wanted.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`it ended and said ${heard.join('\n')}`)));
        look();
      }),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Holds connections to a port, each as `mode` says, and opens another for each that is closed. */
export const FLOOD = `
import { connect } from 'node:net';
const [port, count, mode] = process.argv.slice(1);
const addresses = ['127.0.0.1', '::1'];
const says = {
  silent: () => '',
  half: () => 'GET / HTTP/1.1\\r\\n',
  endless: () => 'GET / HTTP/1.1\\r\\nX-Long: ' + 'x'.repeat(64 * 1024),
  public: () => 'GET / HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\n\\r\\n',
  guess: () => 'GET / HTTP/1.1\\r\\nHost: ' + Math.random().toString(16).slice(2).padEnd(32, '0') + '.localhost:' + port + '\\r\\n\\r\\n',
};
let opened = 0;
const hold = () => {
  const socket = connect(Number(port), addresses[opened++ % 2], () => socket.write(says[mode]()));
  if (opened === Number(count)) console.log('holding');
  socket.on('error', () => undefined).on('data', () => undefined).on('close', () => setTimeout(hold, 5));
};
for (let index = 0; index < Number(count); index++) hold();
`;
