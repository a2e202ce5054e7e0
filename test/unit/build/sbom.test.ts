import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, test } from 'vitest';

import { checkoutRoot } from '../../../build/checkout.mjs';
import { sbomOfLock, type Lock } from '../../../build/sbom.mjs';

interface Bom {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses?: readonly object[];
    readonly scope: string;
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const lock = JSON.parse(readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8')) as Lock;
const text = sbomOfLock(lock);
const bom = JSON.parse(text) as Bom;

test('the bill of materials is CycloneDX 1.7, and the same each time', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot7);
  expect(await validator.validate(text)).toBeNull();
  expect(sbomOfLock(lock)).toBe(text);
});

test('it has each package that is shipped, with the digest that npm holds it to, and none of those for developers', () => {
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  expect(bom.components.length).toBeGreaterThan(40);
  expect(shipped.map(([path]) => path).sort()).toEqual(bom.components.map((one) => one['bom-ref']).sort());
  for (const { hashes, purl, version, 'bom-ref': path } of bom.components) {
    const digest = Buffer.from(hashes[0]?.content ?? '', 'hex').toString('base64');
    expect(`sha512-${digest}`).toBe(lock.packages[path]?.integrity);
    expect(purl).toBe(
      `pkg:npm/${(lock.packages[path]?.name ?? path.replace(/^.*node_modules\//, '')).replace('@', '%40')}@${version}`,
    );
  }
  expect(bom.components.some(({ name }) => name === 'vitest')).toBe(false);
});

test('it says which package needs which, by the folder where Node finds it', () => {
  const needs = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const application = needs.get('quantum-lock@0.1.0') ?? [];
  expect(application).toContain('node_modules/better-sqlite3');
  expect(application).toContain('node_modules/keytar');
  const made = sbomOfLock({
    name: 'application',
    version: '1.0.0',
    packages: {
      '': { dependencies: { a: '*', b: '*' } },
      'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { b: '^1' } },
      'node_modules/a/node_modules/b': { version: '1.5.0', license: '(MIT OR Apache-2.0)', dependencies: { c: '*' } },
      'node_modules/b': { version: '2.0.0', license: 'ISC', optionalDependencies: { gone: '*' } },
      'node_modules/c': { version: '3.0.0', license: 'See the file LICENSE' },
      'node_modules/d': { version: '4.0.0', dev: true },
      'node_modules/e': { version: '5.0.0', devOptional: true },
    },
  });
  const { components, dependencies } = JSON.parse(made) as Bom;
  const of = (ref: string): readonly string[] => dependencies.find((one) => one.ref === ref)?.dependsOn ?? [];
  expect(of('application@1.0.0')).toEqual(['node_modules/a', 'node_modules/b']);
  expect(of('node_modules/a')).toEqual(['node_modules/a/node_modules/b']);
  expect(of('node_modules/a/node_modules/b')).toEqual(['node_modules/c']);
  expect(of('node_modules/b')).toEqual([]);
  expect(components.map(({ licenses }) => licenses)).toEqual([
    [{ license: { id: 'MIT' } }],
    [{ expression: '(MIT OR Apache-2.0)' }],
    [{ license: { id: 'ISC' } }],
    [{ license: { name: 'See the file LICENSE' } }],
    undefined,
  ]);
  // Installed with the application, though it can do without.
  expect(components.map(({ scope }) => scope)).toEqual(['required', 'required', 'required', 'required', 'optional']);
});
