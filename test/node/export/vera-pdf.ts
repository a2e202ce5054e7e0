import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const HERE = join(import.meta.dirname, 'vera');

/** What it says of a file for each flavour, such as `2a` or `ua1`: nothing where all of it holds. */
export function faultsOf(jars: string, file: string, flavours: readonly string[]): Readonly<Record<string, string>> {
  const output = execFileSync('java', ['-cp', join(jars, '*'), join(HERE, 'Check.java'), file, ...flavours], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = output.split('\n').filter((line) => line.startsWith('RESULT '));
  return Object.fromEntries(
    lines.map((line) => {
      const [, flavour = '', isCompliant, ...rest] = line.split(' ');
      return [flavour, isCompliant === 'true' ? '' : rest.join(' ')];
    }),
  );
}
