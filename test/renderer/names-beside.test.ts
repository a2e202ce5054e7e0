import { describe, expect, it } from 'vitest';

import { alikeTitle, alikeWords } from '../../renderer/names/alike-words.ts';
import { NamesBeside, type Named, type NameKind } from '../../renderer/names/names-beside.ts';

const named = (id: string, name = id, kind: NameKind = 'member'): Named => ({ kind, id, name });
const idsAlike = (names: NamesBeside, one: Named): string[] => names.alike(one).map(({ id }) => id);

describe('names beside each other', () => {
  it.each([
    ['the same name', 'Security lead', 'Security lead'],
    ['Cyrillic', 'Ada', '\u0410da'],
    ['full width', 'Ada', '\uFF21\uFF44\uFF41'],
    ['no width', 'Ada', 'A\u200Bda'],
    ['a combining mark', 'Zo\u00EB', 'Zoe\u0308'],
    ['case', 'Ada', 'ADA'],
    ['blanks at the end', 'Ada', 'Ada \u00A0'],
    ['digits for letters', 'Operations 1', '0perations l'],
  ])('know of each other: %s', (_, left, right) => {
    const names = new NamesBeside();
    const [first, second] = [named('one', left), named('two', right)];
    names.add(first);
    expect(idsAlike(names, first)).toEqual([]);
    const leave = names.add(second);
    expect(idsAlike(names, first)).toEqual(['two']);
    expect(idsAlike(names, second)).toEqual(['one']);
    leave();
    expect(idsAlike(names, first)).toEqual([]);
  });

  it('are compared by id and by name, within one kind, and never with themselves', () => {
    const names = new NamesBeside();
    const pong = named('ALE/Pong-v5', 'Pong', 'environment');
    names.add(pong);
    names.add(named('pong', 'Something else', 'environment'));
    names.add(named('ALE/P0ng-v5', 'Another', 'environment'));
    names.add(named('ALE/Pong-v5', 'Renamed meanwhile', 'environment'));
    names.add(named('ALE/Pong-v5', 'Pong', 'validator'));
    expect(idsAlike(names, pong).sort()).toEqual(['ALE/P0ng-v5', 'pong']);
  });

  it('stay while any place shows them, and tell once of all that comes together', async () => {
    const names = new NamesBeside();
    const one = named('run-1');
    names.add(one);
    await Promise.resolve();
    let told = 0;
    const leave = names.subscribe(() => (told += 1));
    const gone = ['run-l', 'RUN-1', 'run-2', 'run_1'].map((id) => names.add(named(id)));
    const again = names.add(named('run-l'));
    await Promise.resolve();
    expect(told).toBe(1);
    expect(names.alike(one)).toBe(names.alike(one));
    expect(idsAlike(names, one)).toEqual(['run-l', 'RUN-1', 'run_1']);
    for (const each of gone) each();
    expect(idsAlike(names, one)).toEqual(['run-l']);
    again();
    await Promise.resolve();
    expect(told).toBe(2);
    leave();
    expect(idsAlike(names, one)).toEqual([]);
  });

  it('are told apart in words by what differs', () => {
    const cyrillic = named('ada-2', '\u0410da');
    expect(alikeWords(cyrillic, [named('ada', 'Ada')], false)).toBe('ada-2, looks like ada');
    expect(alikeTitle(cyrillic, [named('ada', 'Ada')])).toContain('\u0410da (\\u{410}da), ada-2, is not Ada, ada');
    expect(alikeWords(named('run-l'), [named('run-1')], true)).toBe('looks like run-1');
    expect(alikeWords(named('env-a', 'Maze'), [named('env-b', 'maze')], true)).toBe('named like env-b');
    const many = ['a', 'b', 'c', 'd'].map((id) => named(id, 'Maze'));
    expect(alikeWords(named('e', 'Maze'), many, false)).toBe('e, looks like a, b and 2 more');
  });
});
