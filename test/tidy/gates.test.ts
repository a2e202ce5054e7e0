import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { packageCommand } from '../../build/checkout.mjs';
import { checkoutRoot } from './source-files.ts';

/** Each gate, with this project's configuration, on code that it must refuse. */
describe('a gate', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quantum-lock-gate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const config = (name: string): string => join(checkoutRoot, name);
  const run = (command: string, ...args: string[]): { readonly ok: boolean; readonly output: string } => {
    // The linter looks for its typed half beside the code, or on the PATH.
    const PATH = [join(checkoutRoot, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH };
    const result = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', env });
    return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
  };
  const writeTsconfig = (): void =>
    write(
      'tsconfig.json',
      JSON.stringify({ extends: config('tsconfig.base.json'), compilerOptions: { outDir: 'out' } }),
    );

  test('for the format refuses what the formatter would write otherwise', () => {
    const format = (): boolean => run(packageCommand('oxfmt'), '-c', config('.oxfmtrc.json'), '--check', 'a.ts').ok;
    write('a.ts', `export const a = 'one';\n`);
    expect(format()).toBe(true);
    write('a.ts', `export const a = "one"\n`);
    expect(format()).toBe(false);
  });

  test.each([
    ['no-explicit-any', 'export const a = (b: any): void => void b;'],
    ['no-floating-promises', 'export const a = (): void => {\n  Promise.resolve(1);\n};'],
    ['no-non-null-assertion', 'export const a = (b?: string): string => b!;'],
    ['explicit-module-boundary-types', 'export const a = (b: string) => b;'],
    ['eqeqeq', 'export const a = (b: number): boolean => b == 1;'],
    ['no-unused-vars', 'const a = 1;\nexport {};'],
    ['switch-exhaustiveness-check', `export function a(b: 'x' | 'y'): void {\n  switch (b) {\n    case 'x':\n  }\n}`],
    ['no-unsafe-assignment', `export const a = (): void => {\n  const b: string = JSON.parse('1');\n  void b;\n};`],
    ['no-empty', 'export function a(): void {\n  try {\n    a();\n  } catch {}\n}'],
    ['no-default-export', 'export default 1;'],
  ])('for lint refuses, with types at hand: %s', (rule, text) => {
    writeTsconfig();
    const lint = (): ReturnType<typeof run> => run(packageCommand('oxlint'), '-c', config('.oxlintrc.json'), 'a.ts');
    write('a.ts', 'export const a = (b: string): string => b;\n');
    expect(lint()).toMatchObject({ ok: true });
    write('a.ts', `${text}\n`);
    const refused = lint();
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain(rule);
  });

  test.each([
    ['TS2322', 'export const a = (b: readonly string[]): string => b[0];'],
    ['TS1294', 'export enum A {\n  one,\n}'],
    ['TS2375', 'export const a = (b: string | undefined): { c?: string } => ({ c: b });'],
    ['TS6133', 'const a = 1;\nexport {};'],
  ])('for types refuses with %s: %s', (code, text) => {
    writeTsconfig();
    write('a.ts', `${text}\n`);
    const result = run(packageCommand('typescript', 'tsc'), '-b');
    expect(result.ok).toBe(false);
    expect(result.output).toContain(code);
  });

  test('for dead code refuses a file that nobody imports, and an export that nobody uses', () => {
    copyFileSync(config('knip.json'), join(folder, 'knip.json'));
    write('package.json', JSON.stringify({ name: 'a', type: 'module' }));
    write('src/cli/main.ts', `import { used } from '../base/used.ts';\nused();\n`);
    write('src/base/used.ts', 'export const used = (): void => undefined;\n');
    const knip = (): ReturnType<typeof run> => run(packageCommand('knip'), '--no-config-hints');
    expect(knip()).toMatchObject({ ok: true });
    write('src/base/unused.ts', 'export const a = 1;\n');
    expect(knip().output).toContain('src/base/unused.ts');
    rmSync(join(folder, 'src/base/unused.ts'));
    write('src/base/used.ts', 'export const used = (): void => undefined;\nexport const unused = 1;\n');
    expect(knip()).toMatchObject({ ok: false, output: expect.stringContaining('unused') });
  });
});
