import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';

/** What the tokens promise: every colour of text on every surface, in both themes, frozen or not. */

type Tokens = Readonly<Record<string, string>>;

const CSS = readFileSync(join(checkoutRoot, 'renderer', 'styles', 'tokens.css'), 'utf8');

function tokensOf(selector: string): Tokens {
  const body = CSS.split(`${selector} {`)[1]?.split('}')[0];
  if (body === undefined) throw new Error(`tokens.css has no ${selector}`);
  const tokens: Record<string, string> = {};
  for (const [, name = '', hex = ''] of body.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)) tokens[name] = hex;
  return tokens;
}

const LIGHT = tokensOf('\n:root');
const DARK = { ...LIGHT, ...tokensOf(":root[data-theme='dark']") };
const FROZEN = ".shell[data-frozen='true']";
const LOOKS: readonly (readonly [string, Tokens])[] = [
  ['light', LIGHT],
  ['dark', DARK],
  ['light, frozen', { ...LIGHT, ...tokensOf(`\n${FROZEN}`) }],
  ['dark, frozen', { ...DARK, ...tokensOf(`:root[data-theme='dark'] ${FROZEN}`) }],
];

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(LOOKS)('%s', (_, tokens) => {
  const texts = ['ink', 'soft', 'faint', 'accent', 'accent-strong', 'blue', 'green', 'warn', 'bad'];
  const surfaces = ['bg', 'panel', 'raise', 'accent-soft'];
  const own = ['blue', 'green', 'warn', 'bad'].map((name) => [name, `${name}-soft`] as const);
  const pairs = [
    ...texts.flatMap((text) => surfaces.map((surface) => [text, surface] as const)),
    ...own,
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
  ] as const;

  test.each(pairs)('%s on %s can be read', (text, surface) => {
    expect(contrast(tokens[text] ?? '', tokens[surface] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});

test('contrast is as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
