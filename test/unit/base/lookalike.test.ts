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
    ['grid-maze', 'grid\u200B-maze'],
    ['grid-maze', 'grid\u00AD-ma\u2060ze'],
    ['Ada', 'Ada '],
    ['Ada', '\u3000Ada\u00A0'],
    ['Ada', 'Ada\u2800\u3164'],
    ['Ada', 'A\u034Fda\uFE0F'],
    ['grid-maze', 'grid\u2010maze'],
    ['grid-maze', 'grid\u2014maze'],
    ['team-a', 'teama'],
    ['team_a', 'team a'],
    ['run-1-12', 'run-l-l2'],
    ['run-1-12', 'Run_1.12'],
    ['\u{1D5D4}da', 'Ada'],
    ['Ångström', 'A\u030Angstro\u0308m'],
    ['Οperations', 'Operations'],
    ['B0B', 'BOB'],
    ['grid-maze', 'gr1d_m4z3'],
    ['0perat10n5', 'Operations'],
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
    ['run-1-12', 'run-11-2'],
    ['v1.1', 'v11'],
    ['seed-3', 'seed-5'],
    ['run-10', 'run-1'],
    ['Øre', 'Ore '],
  ])('not %s and %s', (left, right) => {
    expect(isLookalike(left, right)).toBe(false);
  });
});
