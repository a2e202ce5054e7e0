import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { linkTarget } from '../../renderer/markdown/link-target.ts';
import { parseMarkdown, type MarkdownNode } from '../../renderer/markdown/parse-markdown.ts';
import { readmeOf } from '../../renderer/screens/environments/readme-of.ts';
import type { FileEntry } from '../../src/api/chain/content.ts';
import { hashOf } from '../crash/test-chain.ts';
import { checkProperty } from '../property/check-property.ts';

/** The tree as indented lines. */
function told(nodes: readonly MarkdownNode[], indent = ''): readonly string[] {
  return nodes.flatMap((node) => {
    switch (node.type) {
      case 'text':
      case 'code':
      case 'code-block':
        return [`${indent}${node.type} ${JSON.stringify(node.text)}`];
      case 'image':
        return [`${indent}image ${node.url} ${node.words}`];
      case 'link':
        return [`${indent}link ${node.url}`, ...told(node.children, `${indent}  `)];
      case 'element': {
        const { element, start, align } = node;
        const marks = [...(start === null ? [] : [String(start)]), ...(align === null ? [] : [align])];
        return [[indent + element, ...marks].join(' '), ...told(node.children, `${indent}  `)];
      }
      case 'line':
      case 'rule':
        return [indent + node.type];
    }
  });
}

const tree = (text: string): readonly string[] => told(parseMarkdown(text).nodes);

function countOf(nodes: readonly MarkdownNode[]): { readonly count: number; readonly depth: number } {
  const below = nodes.map((node) => ('children' in node ? countOf(node.children) : { count: 0, depth: 0 }));
  return {
    count: nodes.length + below.reduce((sum, { count }) => sum + count, 0),
    depth: nodes.length === 0 ? 0 : 1 + Math.max(...below.map(({ depth }) => depth)),
  };
}

describe('the Markdown of a file', () => {
  test('becomes headings below the section, paragraphs, lists, code and rules', () => {
    expect(
      tree('# Title\n\nOne *line*\nand **more** ~~less~~  \nend\n\n3. a\n4. `b`\n\n---\n\n```py\nx = 1\n```\n'),
    ).toEqual([
      'h3',
      '  text "Title"',
      'p',
      '  text "One "',
      '  em',
      '    text "line"',
      '  text " "',
      '  text "and "',
      '  strong',
      '    text "more"',
      '  text " "',
      '  del',
      '    text "less"',
      '  line',
      '  text "end"',
      'ol 3',
      '  li',
      '    text "a"',
      '  li',
      '    code "b"',
      'rule',
      'code-block "x = 1"',
    ]);
  });

  test('has tables with their alignment', () => {
    expect(tree('|a|b|\n|--|-:|\n|1|2|\n')).toEqual([
      'table',
      '  thead',
      '    tr',
      '      th',
      '        text "a"',
      '      th right',
      '        text "b"',
      '  tbody',
      '    tr',
      '      td',
      '        text "1"',
      '      td right',
      '        text "2"',
    ]);
  });

  test('shows HTML as it is written, and what would run as words', () => {
    expect(tree('<img src=x onerror=alert(1)>\n')).toEqual(['p', '  text "<img src=x onerror=alert(1)>"']);
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd'])
      expect(tree(`[a](${url})`)).toEqual(['p', `  text "[a](${url})"`]);
    expect(tree('![a](x.png) [b][r]\n\n[r]: https://example.org/\n')).toEqual([
      'p',
      '  image x.png a',
      '  text " "',
      '  link https://example.org/',
      '    text "b"',
    ]);
  });

  test('gives an address of other alphabets in ASCII', () => {
    expect(tree('[bank](https://аррӏе.com/)')[1]).toBe('  link https://xn--80ak6aa92e.com/');
  });

  test('is cut at whole lines, and says so', () => {
    const lines = 'a line of words\n\n'.repeat(100);
    const cut = parseMarkdown(lines, { lengthMax: 45, nodesMax: 1_000 });
    expect([told(cut.nodes), cut.isCut]).toEqual([
      ['p', '  text "a line of words"', 'p', '  text "a line of words"'],
      true,
    ]);
    expect(parseMarkdown(lines, { lengthMax: 5_000, nodesMax: 200 }).isCut).toBe(false);
    expect(parseMarkdown(lines, { lengthMax: 5_000, nodesMax: 199 }).isCut).toBe(true);
    expect(parseMarkdown('').isCut).toBe(false);
    const long = parseMarkdown('a'.repeat(60), { lengthMax: 50, nodesMax: 10 });
    expect([told(long.nodes), long.isCut]).toEqual([['p', `  text "${'a'.repeat(50)}"`], true]);
  });

  test.each(['>', '- '])('says where it is too deep, %s', (mark) => {
    for (let depth = 1; depth < 40; depth++) {
      const { nodes, isCut } = parseMarkdown(`${mark.repeat(depth)}deep`);
      const isShown = told(nodes).some((line) => line.includes('text "deep"'));
      expect([depth, isCut]).toEqual([depth, !isShown]);
    }
  });

  test('is bounded in size and depth, whatever is written', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '_',
      '~~',
      '[',
      '](',
      ')',
      '!',
      '`',
      '>',
      '- ',
      '1. ',
      '|',
      '|-',
      '\n',
      '\n\n',
      '<',
      '&',
      'a',
      ' ',
      '    ',
      '#',
      '\\',
      '\u202e',
    );
    const text = fc.tuple(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 400 }));
    checkProperty(
      'Markdown of strangers',
      fc.property(text, ([pieces, times]) => {
        const { nodes } = parseMarkdown(pieces.join('').repeat(times), { lengthMax: 4_000, nodesMax: 100 });
        const { count, depth } = countOf(nodes);
        expect(count).toBeLessThanOrEqual(100);
        expect(depth).toBeLessThanOrEqual(60);
      }),
      { small: 300, soak: 20_000 },
    );
  });
});

describe('a link of a file', () => {
  test.each([
    ['#usage', 'README.md', { kind: 'place' }],
    ['', 'README.md', { kind: 'place' }],
    ['.', 'README.md', { kind: 'place' }],
    ['docs/use.md#top', 'README.md', { kind: 'file', path: 'docs/use.md' }],
    ['./a%20b.md?x', 'README.md', { kind: 'file', path: 'a b.md' }],
    ['../env.py', 'docs/use.md', { kind: 'file', path: 'env.py' }],
    ['/env.py', 'docs/use.md', { kind: 'file', path: 'env.py' }],
    ['%zz', 'README.md', { kind: 'file', path: '%zz' }],
    ['../../etc/passwd', 'docs/use.md', { kind: 'outside', url: '../../etc/passwd' }],
    ['https://example.org', 'README.md', { kind: 'outside', url: 'https://example.org' }],
    ['//example.org', 'README.md', { kind: 'outside', url: '//example.org' }],
    ['MAILTO:a@b', 'README.md', { kind: 'outside', url: 'MAILTO:a@b' }],
    [String.raw`..\secret`, 'README.md', { kind: 'outside', url: String.raw`..\secret` }],
  ])('%s in %s', (url, from, expected) => {
    expect(linkTarget(url, from)).toEqual(expected);
  });
});

test('the file to be read first is found whatever its case, Markdown before text', () => {
  const entry = (path: string): FileEntry => ({
    path,
    mode: 0o644,
    size_bytes: 1,
    content_hash: hashOf(path),
  });
  const found = (...paths: string[]): string | undefined => readmeOf(paths.map(entry))?.path;
  expect(found('README', 'ReadMe.md', 'readme.txt')).toBe('ReadMe.md');
  expect(found('a/README.md', 'env.py')).toBeUndefined();
  expect(found('README.TXT')).toBe('README.TXT');
});
