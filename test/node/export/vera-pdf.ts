import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from '../../../build/checkout.mjs';

/** The reference validator of PDF/A and PDF/UA: veraPDF, as a library, from Maven Central. */
const HERE = join(import.meta.dirname, 'vera');
const JARS = join(checkoutRoot, 'node_modules', '.cache', 'vera-pdf');

/** Where its jars are, or why they are not. With CI=true they are fetched where Maven and Java are. */
export function findVeraPdf(): { readonly jars: string } | { readonly reason: string } {
  const has = (program: string, ...args: string[]): boolean =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!has('java', '-version')) return { reason: 'Java is not on this machine' };
  if (existsSync(JARS) && readdirSync(JARS).some((name) => name.startsWith('validation-model'))) return { jars: JARS };
  if (!has('mvn', '-version')) return { reason: 'Maven, which fetches veraPDF, is not on this machine' };
  if (process.env['CI'] !== 'true')
    return { reason: 'veraPDF is not there; with CI=true it is fetched from Maven Central' };
  mkdirSync(JARS, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies';
  execFileSync('mvn', ['-q', '-B', '-f', join(HERE, 'pom.xml'), goal, `-DoutputDirectory=${JARS}`], {
    stdio: 'inherit',
  });
  return { jars: JARS };
}

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
