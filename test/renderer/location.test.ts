import { describe, expect, it } from 'vitest';

import { backOut, decodeLocation, encodeLocation, withQuery } from '../../renderer/router/location.ts';

describe('addresses', () => {
  it('reads back what it wrote, whatever the segments hold', () => {
    const segments = ['explorer', 'state', 'members', 'key/0x02 ä?#%'];
    const location = decodeLocation(encodeLocation(segments, { height: 12, text: 'a&b=c' }));
    expect(location.segments).toEqual(segments);
    expect(location.query.get('height')).toBe('12');
    expect(location.query.get('text')).toBe('a&b=c');
  });

  it('leaves out what is null or empty, and repeats lists', () => {
    expect(encodeLocation(['audit'], { text: '', open: null, action: ['a', 'b'] })).toBe('#/audit?action=a&action=b');
  });

  it('takes a stray percent sign as it stands', () => {
    expect(decodeLocation('#/environments/50%').segments).toEqual(['environments', '50%']);
  });

  it('changes one part of the query and keeps the rest', () => {
    const location = decodeLocation('#/audit?action=a&action=b&open=1');
    expect(withQuery(location, { open: null, env: 'x' })).toBe('#/audit?action=a&action=b&env=x');
  });
});

describe('backing out', () => {
  const steps = (hash: string): string[] => {
    const taken: string[] = [];
    for (let next = backOut(decodeLocation(hash)); next !== null; next = backOut(decodeLocation(next)))
      taken.push(next);
    return taken;
  };

  it('leaves the file, then the environment, and keeps the filter of the lanes', () => {
    expect(steps('#/environments/maze?text=ma&from=3&file=env.py')).toEqual([
      '#/environments/maze?text=ma&from=3',
      '#/environments?text=ma',
    ]);
  });

  it('leaves an open row and keeps the filter of the log', () => {
    expect(steps('#/audit?action=a&action=b&open=0x1')).toEqual(['#/audit?action=a&action=b']);
  });

  it('has nowhere to go from a list', () => {
    expect(backOut(decodeLocation('#/overview'))).toBeNull();
  });
});
