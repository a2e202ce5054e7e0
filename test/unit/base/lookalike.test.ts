import { describe, expect, test } from 'vitest';

import { isLookalike } from '../../../src/base/lookalike.ts';

describe('names that look alike', () => {
  test.each([
    ['ADA', 'АDА'],
    ['Security lead', 'Security Iead'],
    ['ada', 'ada'],
    ['Ada', 'ADA'],
    ['operations-1', 'operations-l'],
    ['operations 1', 'Operations-1'],
    ['modern', 'modem'],
    ['cartpole', 'cartpοle'],
    ['ALE/Pong-v5', 'ALE/P0ng-v5'],
    ['Zoë', 'Zoe\u0308'],
    ['ｗｉｄｅ', 'wide'],
    ['paypal', 'раураl'],
  ])('%s and %s', (left, right) => {
    expect(isLookalike(left, right)).toBe(true);
    expect(isLookalike(right, left)).toBe(true);
  });

  test.each([
    ['ada', 'ben'],
    ['operations-1', 'operations-2'],
    ['Zoë', 'Zoe'],
    ['cartpole', 'cartpole-2'],
    ['ALE/Pong-v5', 'ALE/Pong-v4'],
    ['maze', 'daze'],
  ])('not %s and %s', (left, right) => {
    expect(isLookalike(left, right)).toBe(false);
  });
});
