import { describe, expect, test } from 'vitest';

import { ACTION_NAMES } from '../../src/ledger/actions/registry.ts';
import vitestConfig from '../../vitest.config.ts';
import {
  actionsByName,
  commandsByHand,
  fileLineCountMax,
  focusedTests,
  namesByHand,
  oversizedFiles,
  retriedTests,
  storageCodesByHand,
  threadsByHand,
  threadsOutOfHand,
  unfinishedMarks,
  unregisteredActions,
  unregisteredRules,
} from './house-rules.ts';
import { checkoutRoot, readSourceFiles } from './source-files.ts';

const productFolders = ['src', 'electron', 'renderer'];
const file = (path: string, text: string): { path: string; text: string } => ({ path, text });

// The rules' own files name what they forbid.
const testFiles = readSourceFiles(['test']).filter(({ path }) => !path.startsWith('test/tidy/house-rules'));

describe('product code', () => {
  test('leaves nothing unfinished', () => {
    expect(unfinishedMarks(readSourceFiles(productFolders))).toEqual([]);
  });

  test.each(['TODO', 'FIXME', 'XXX', 'HACK'])('may not say %s', (mark) => {
    expect(unfinishedMarks([file('src/a.ts', `const a = 1; // ${mark}: later`)])).toHaveLength(1);
  });

  test('has no file that outgrew its concept', () => {
    expect(oversizedFiles(readSourceFiles(productFolders))).toEqual([]);
  });

  test('is refused one line above the limit, and not at it', () => {
    const lines = (count: number): string => 'a;\n'.repeat(count);
    expect(oversizedFiles([file('src/a.ts', lines(fileLineCountMax))])).toEqual([]);
    expect(oversizedFiles([file('src/a.ts', lines(fileLineCountMax + 1))])).toHaveLength(1);
  });

  test('offers no command that is not quoted', () => {
    expect(commandsByHand(readSourceFiles(['renderer']))).toEqual([]);
    for (const text of ['`npx dm env archive --id ${id}`', '<code className="command">{line}</code>'])
      expect(commandsByHand([file('renderer/a.tsx', text)])).toHaveLength(1);
  });

  test('draws no name of the chain by hand', () => {
    expect(namesByHand(readSourceFiles(['renderer']))).toEqual([]);
    for (const text of ['<b>{environment.env_id}</b>', '  {vote.member.name}', '<td>{validator_id}</td>'])
      expect(namesByHand([file('renderer/a.tsx', text)])).toHaveLength(1);
    for (const text of ['<Name kind="member" id={member.member_id} name={member.name} />', 'key={env_id}'])
      expect(namesByHand([file('renderer/a.tsx', text)])).toEqual([]);
  });

  test('finds the sources of its threads in one place', () => {
    expect(threadsByHand(readSourceFiles(productFolders))).toEqual([]);
    expect(threadsByHand([file('src/a.ts', "new Worker(new URL('./hash-worker.ts', import.meta.url))")])).toHaveLength(
      1,
    );
  });

  test('ends no thread by force', () => {
    expect(threadsOutOfHand(readSourceFiles(productFolders))).toEqual([]);
    for (const text of [
      'await this.#worker.terminate();',
      'new Worker(url)',
      'threads.map((thread) => thread.terminate())',
    ])
      expect(threadsOutOfHand([file('src/a.ts', text)])).toHaveLength(1);
    expect(threadsOutOfHand([file('src/node/threads/thread.ts', 'new Worker(url, options)')])).toEqual([]);
    expect(threadsOutOfHand([file('src/a.ts', 'socket.terminate();')])).toEqual([]);
  });

  test('tells in one place what an error of the disk means', () => {
    expect(storageCodesByHand(readSourceFiles(productFolders))).toEqual([]);
    const text = "if (code === 'ENOSPC') throw full();";
    expect(storageCodesByHand([file('src/node/keys/a.ts', text)])).toHaveLength(1);
    expect(storageCodesByHand([file('src/node/data-directory/storage-errors.ts', text)])).toEqual([]);
    expect(storageCodesByHand([file('src/node/a.ts', '// Such as ENOSPC.')])).toEqual([]);
  });

  test('an empty scan throws', () => {
    expect(() => readSourceFiles(['docs'], checkoutRoot)).toThrow('nothing was checked');
  });
});

describe('tests', () => {
  test('none is focused', () => {
    expect(focusedTests(testFiles)).toEqual([]);
    expect(focusedTests([file('test/a.test.ts', `test.only('a', () => {});`)])).toHaveLength(1);
    expect(focusedTests([file('test/a.test.ts', `describe.concurrent.only('a', () => {});`)])).toHaveLength(1);
  });

  test('none is retried', () => {
    expect(retriedTests(testFiles)).toEqual([]);
    expect(retriedTests([file('test/a.test.ts', `test('a', { retry: 2 }, () => {});`)])).toHaveLength(1);
    expect(retriedTests([file('test/a.test.ts', `test('a', { retry: 0 }, () => {});`)])).toEqual([]);
  });

  test('the runner retries none either', () => {
    expect(vitestConfig.test?.retry).toBe(0);
    for (const project of vitestConfig.test?.projects ?? []) expect(project).not.toHaveProperty('test.retry');
  });
});

describe('actions', () => {
  const registry = file('src/ledger/actions/registry.ts', `import { a } from './a.ts';`);
  const a = file('src/ledger/actions/a.ts', 'export const a = defineAction({});');
  const b = file('src/ledger/actions/b.ts', 'export const b = defineAction({});');
  const definition = file('src/ledger/governance/action.ts', 'export function defineAction() {}');

  test('are all in the registry', () => {
    expect(unregisteredActions(readSourceFiles(['src/ledger/actions']))).toEqual([]);
  });

  test('are refused when the registry does not import them', () => {
    expect(unregisteredActions([registry, definition, a])).toEqual([]);
    expect(unregisteredActions([registry, definition, a, b])).toEqual([
      'src/ledger/actions/b.ts is not in the registry',
    ]);
  });

  test('are named in their own file, command and form alone', () => {
    expect(actionsByName(readSourceFiles(productFolders), ACTION_NAMES)).toEqual([]);
    for (const text of [
      "case 'promote_environment':",
      '  merge_environments: 1,',
      'new Set(["propose"])',
      'f(`batch`)',
    ])
      for (const path of ['src/node/query/a.ts', 'src/ledger/effects/a.ts', 'renderer/stores/a.ts', 'electron/a.ts'])
        expect(actionsByName([file(path, text)], ACTION_NAMES), text).toHaveLength(1);
    expect(actionsByName([file('src/cli/commands/env.ts', "'promote_environment'")], ACTION_NAMES)).toEqual([]);
    expect(() => actionsByName([], ['freeze'])).toThrow('nothing was checked');
  });

  test('an empty scan throws', () => {
    expect(() => unregisteredActions([registry])).toThrow('nothing was checked');
    expect(() => unregisteredActions([a])).toThrow('nothing was checked');
  });
});

describe('rules of alerts', () => {
  const registry = file('src/node/monitoring/rules/registry.ts', `import { a } from './a.ts';`);
  const a = file('src/node/monitoring/rules/a.ts', 'export const a: AlertRule = {};');
  const b = file('src/node/monitoring/rules/b.ts', 'export const b: AlertRule = {};');

  test('are all in the registry', () => {
    expect(unregisteredRules(readSourceFiles(['src/node/monitoring/rules']))).toEqual([]);
    expect(unregisteredRules([registry, a])).toEqual([]);
    expect(unregisteredRules([registry, a, b])).toEqual(['src/node/monitoring/rules/b.ts is not in the registry']);
  });

  test('an empty scan throws', () => {
    expect(() => unregisteredRules([registry])).toThrow('nothing was checked');
    expect(() => unregisteredRules([a])).toThrow('nothing was checked');
  });
});
