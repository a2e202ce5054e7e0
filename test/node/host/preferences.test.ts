import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { PREFERENCE_FILTERS_MAX } from '../../../src/base/limits.ts';
import { PreferenceFile } from '../../../src/node/host/preference-file.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const NONE = { theme: null, first_steps_hidden: false, filters: [] };
const filter = (name: string, query = 'stage=ahead') => ({ list: 'environments', name, query }) as const;

test('what is chosen is there for the next console, for the owner alone', () => {
  const directory = temporaryDirectory();
  const file = new PreferenceFile(directory);
  expect(file.read()).toEqual(NONE);
  expect(existsSync(join(directory, 'preferences.json'))).toBe(false);
  expect(file.choose({ theme: 'dark' })).toEqual({ ...NONE, theme: 'dark' });
  file.choose({ first_steps_hidden: true });
  file.choose({ theme: undefined });
  expect(new PreferenceFile(directory).read()).toEqual({ theme: 'dark', first_steps_hidden: true, filters: [] });
  expect(statSync(join(directory, 'preferences.json')).mode & 0o077).toBe(0);
});

test('a filter is kept by list and name, replaced by its name, and forgotten', () => {
  const directory = temporaryDirectory();
  const file = new PreferenceFile(directory);
  file.saveFilter(filter('Mine'));
  file.saveFilter({ list: 'audit', name: 'Mine', query: 'signer=ada' });
  file.saveFilter(filter('Ahead'));
  file.saveFilter(filter('Mine', 'owner=ada'));
  const kept = [{ list: 'audit', name: 'Mine', query: 'signer=ada' }, filter('Ahead'), filter('Mine', 'owner=ada')];
  expect(new PreferenceFile(directory).read().filters).toEqual(kept);
  file.forgetFilter({ list: 'environments', name: 'Mine' });
  file.forgetFilter({ list: 'environments', name: 'never kept' });
  expect(new PreferenceFile(directory).read().filters).toEqual(kept.slice(0, 2));
});

test('more filters than are kept are refused, and none is lost; one that is there may change', () => {
  const file = new PreferenceFile(temporaryDirectory());
  for (let index = 0; index < PREFERENCE_FILTERS_MAX; index++) file.saveFilter(filter(`filter ${index}`));
  expect(() => file.saveFilter(filter('one more'))).toThrow(coded('LIMIT_EXCEEDED'));
  file.saveFilter(filter('filter 7', 'tag=new'));
  expect(file.read().filters).toHaveLength(PREFERENCE_FILTERS_MAX);
  expect(file.read().filters).toContainEqual(filter('filter 7', 'tag=new'));
});

test.each([
  ['not JSON', '{'],
  ['another form', '{"theme":"purple","first_steps_hidden":false,"filters":[]}'],
  ['a field more', '{"theme":null,"first_steps_hidden":false,"filters":[],"key":"x"}'],
  ['nothing', ''],
])('a file that holds %s is as if nothing had been chosen, and is replaced by the next choice', (_, text) => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'preferences.json'), text);
  const file = new PreferenceFile(directory);
  expect(file.read()).toEqual(NONE);
  file.choose({ theme: 'light' });
  expect(JSON.parse(readFileSync(join(directory, 'preferences.json'), 'utf8'))).toEqual({ ...NONE, theme: 'light' });
});

test('where there is no directory to keep it in, it lasts as long as the console', () => {
  const directory = join(temporaryDirectory(), 'later');
  const file = new PreferenceFile(directory);
  file.choose({ theme: 'dark' });
  expect(file.read().theme).toBe('dark');
  expect(existsSync(directory)).toBe(false);
  mkdirSync(directory);
  file.choose({ first_steps_hidden: true });
  expect(new PreferenceFile(directory).read()).toMatchObject({ theme: 'dark', first_steps_hidden: true });
  new PreferenceFile(directory).choose({ theme: 'light' });
  expect(file.read().theme).toBe('light');
  rmSync(directory, { recursive: true });
  const looked = new PreferenceFile(null);
  looked.saveFilter(filter('Mine'));
  expect(looked.read().filters).toHaveLength(1);
});
