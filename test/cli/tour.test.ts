import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

/** The README's commands, as they stand there, in their order. */

const root = new URL('../..', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const tour = readme.slice(readme.indexOf('## Five-minute tour'), readme.indexOf('## Map'));
const commands = [...tour.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => (block ?? '').trim().split('\n'));

const directory = mkdtempSync(join(tmpdir(), 'tour-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(command: string): string {
  // The tour's data directory is made apart from the checkout; everything else is run to the letter.
  return execFileSync('sh', ['-c', command.replaceAll('./tour', directory)], { cwd: root, encoding: 'utf8' });
}

describe("the README's tour", () => {
  test('has commands', () => {
    expect(commands.length).toBeGreaterThanOrEqual(8);
    for (const command of commands) expect(command).toMatch(/^npx dm .* --data \.\/tour$/);
  });

  test('runs, and says what it promises', () => {
    const outputs = new Map(
      commands.map((command) => [command.replace('npx dm ', '').split(' --')[0] ?? '', run(command)]),
    );
    expect(outputs.get('blockchain init')).toContain('sandbox');
    expect(outputs.get('env create')).toContain('registered as a Blue environment');
    expect(outputs.get('env promote')).toContain('becomes Green');
    expect(outputs.get('env history')).toMatch(/create[\s\S]*promote/);
    // The last inspection is the one at block 1, before the promotion.
    expect(outputs.get('blockchain inspect')).toContain('never promoted');
    expect(outputs.get('env verify')).toMatch(/ok +Directory/);
    expect(outputs.get('policy who set_policy')).toContain('2 of the 3 administrators');
    expect(outputs.get('proposal list')).toMatch(/0x[0-9a-f]{8} .*Operations 2, Security lead/);
    expect(outputs.get('blockchain verify')).toContain('everything verifies');
    expect(outputs.get('audit verify ./tour/report.html')).toContain('These are the bytes that were signed.');
    const report = readFileSync(join(directory, 'report.html'), 'utf8');
    expect(report).toContain('Promoted cartpole from Blue to Green.');

    // It names the next command, which is the one that the text shows.
    const next =
      /^next +(?<command>dm .*)$/m.exec(outputs.get('policy protect cartpole') ?? '')?.groups?.['command'] ?? '';
    expect(next).toMatch(/^dm proposal approve 0x[0-9a-f]{8} --as 'Operations 2' --data /);
    expect(run(`npx ${next}`)).toMatch(/status +executed/);
    expect(run('npx dm policy who promote_environment --env cartpole --data ./tour')).toMatch(/needed +2/);
  });
});

describe("the README's other commands", () => {
  test('exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|check|soak|bench)\b/g)].map(([, name]) => name ?? '');
    expect(new Set(named)).toEqual(new Set(['start', 'test', 'check', 'soak', 'bench']));
    for (const name of named) expect(scripts).toHaveProperty(name);
    for (const [, command] of readme.matchAll(/`npx dm ([a-z]+)/g))
      expect(run(`npx dm ${command ?? ''} --help`)).toContain('Usage: dm');
  });

  test('and its links lead somewhere', () => {
    for (const [, target] of readme.matchAll(/\]\((?!http)([^)]+)\)/g))
      expect(() => readFileSync(join(root, target ?? ''))).not.toThrow();
  });
});
