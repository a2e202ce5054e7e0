import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { jsx, jsxs } from '../../renderer/text/jsx-runtime.ts';
import { runsOf, shownText } from '../../renderer/text/shown-text.ts';

const HIDDEN = [
  ['a turn of the direction', 'safe \u202Edetcejer', 'safe \\u{202e}detcejer'],
  ['a filler that looks like nothing', 'Operations 1\u3164', 'Operations 1\\u{3164}'],
  ['a mark of no width', 'ad\u200Bmin', 'ad\\u{200b}min'],
  ['a tag character', 'a\u{E0041}', 'a\\u{e0041}'],
  ['a blank that is not the plain space', 'a\u2003b', 'a\\u{2003}b'],
  ['a line break', 'a\nb', 'a\\u{a}b'],
  ['an escape', '\u001b[2K', '\\u{1b}[2K'],
] as const;

describe('a text of the page', () => {
  it.each(HIDDEN)('shows %s as its code, in an element and in every attribute that is read', (_, given, shown) => {
    const element = jsxs('p', {
      title: given,
      'aria-label': given,
      children: [given, jsx('input', { placeholder: given }), [given]],
    });
    expect(renderToStaticMarkup(element)).toBe(
      `<p title="${shown}" aria-label="${shown}">${shown}<input placeholder="${shown}"/>${shown}</p>`,
    );
    for (const type of ['option', 'title', 'b'])
      expect(renderToStaticMarkup(jsx(type as 'b', { children: given }))).toBe(`<${type}>${shown}</${type}>`);
  });

  it('is shown by the element that a component puts it into, whoever hands it on', () => {
    const Inner = ({ name }: { readonly name: string }): ReactElement => jsx('i', { children: name });
    expect(renderToStaticMarkup(jsx(Inner, { name: 'a\u202Eb' }))).toBe('<i>a\\u{202e}b</i>');
  });

  it('keeps what is layout where an element shows it as such, and nothing else', () => {
    const file = 'a\tb\r\nc\u202E\r';
    expect(shownText(file, 'lines')).toBe('a\tb\r\nc\\u{202e}\\u{d}');
    expect(shownText('\ta\n', 'tabs')).toBe('\ta\\u{a}');
    expect(renderToStaticMarkup(jsx('pre', { children: 'x\n\u2066y' }))).toBe('<pre>x\n\\u{2066}y</pre>');
  });

  it('is isolated where it runs from right to left, so that nothing around it changes its place', () => {
    expect(runsOf('by שלום (3), v2')).toEqual([
      { text: 'by ', isolated: false },
      { text: 'שלום', isolated: true },
      { text: ' (3), v2', isolated: false },
    ]);
    expect(runsOf('بيئة أولى').map(({ isolated }) => isolated)).toEqual([true]);
    expect(runsOf('שלום admin עולם').map(({ text }) => text)).toEqual(['שלום', ' admin ', 'עולם']);
    expect(renderToStaticMarkup(jsx('b', { children: 'v2 of שלום 3' }))).toBe('<b>v2 of <bdi>שלום</bdi> 3</b>');
    expect(renderToStaticMarkup(jsx('option', { children: 'שלום' }))).toBe('<option>שלום</option>');
  });

  it('leaves an element as it is that has nothing to hide', () => {
    const props = { title: 'plain', children: ['Ωmega', createElement('b', null, 'x'), 3] };
    expect(jsxs('p', props).props).toBe(props);
  });
});
