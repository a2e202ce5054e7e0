import MarkdownIt, { type Token } from 'markdown-it';

/** Elements that a text may have. Its own headings begin below the section that it is shown in. */
const ELEMENTS = {
  p: 'p',
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h5',
  h5: 'h5',
  h6: 'h5',
  blockquote: 'blockquote',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  strong: 'strong',
  em: 'em',
  s: 'del',
  table: 'table',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
} as const;

type Source = keyof typeof ELEMENTS;

export type MarkdownNode =
  | { readonly type: 'text' | 'code' | 'code-block'; readonly text: string }
  | { readonly type: 'line' | 'rule' }
  | { readonly type: 'image'; readonly url: string; readonly words: string }
  | { readonly type: 'link'; readonly url: string; readonly children: readonly MarkdownNode[] }
  | {
      readonly type: 'element';
      readonly element: (typeof ELEMENTS)[Source];
      /** Of an ordered list: its first number. */
      readonly start: number | null;
      readonly align: 'left' | 'center' | 'right' | null;
      readonly children: readonly MarkdownNode[];
    };

/** A text as a tree of bounded size. */
export interface MarkdownTree {
  readonly nodes: readonly MarkdownNode[];
  /** Not all of the text is in it. */
  readonly isCut: boolean;
}

export interface MarkdownLimits {
  /** Characters that are parsed. */
  readonly lengthMax: number;
  /** Nodes that are kept, in the order of the text. */
  readonly nodesMax: number;
}

/** Far above what people write for people; below what a page could not hold. */
export const README_LIMITS: MarkdownLimits = { lengthMax: 32 * 1024, nodesMax: 2_000 };

/** Levels inside each other; the parser leaves out what is deeper. */
const NESTING_MAX = 24;

/**
 * CommonMark 0.31 with GFM's tables and strikethrough. HTML is text. Addresses that run something (`javascript:`, `data:`) make no link; those
 * with letters of other alphabets are given in ASCII.
 */
const parser = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: NESTING_MAX });

export function parseMarkdown(text: string, { lengthMax, nodesMax }: MarkdownLimits = README_LIMITS): MarkdownTree {
  const begin = text.length <= lengthMax ? text : text.slice(0, lastLineEnd(text, lengthMax));
  const builder = new TreeBuilder(nodesMax);
  builder.addAll(parser.parse(begin, {}));
  return { nodes: builder.nodes, isCut: builder.isCut || begin.length < text.length };
}

/** In the middle of a line where that is longer than all that is parsed. */
function lastLineEnd(text: string, lengthMax: number): number {
  const end = text.lastIndexOf('\n', lengthMax);
  return end > 0 ? end : lengthMax;
}

class TreeBuilder {
  readonly nodes: MarkdownNode[] = [];
  isCut = false;
  #left: number;
  /** Where the next node comes, from the outermost to the innermost. */
  readonly #open: MarkdownNode[][] = [this.nodes];

  constructor(nodesMax: number) {
    this.#left = nodesMax;
  }

  addAll(tokens: readonly Token[]): void {
    for (const token of tokens) this.#add(token);
  }

  #add(token: Token): void {
    // Of an item of a tight list: its text is the item's.
    if (token.hidden) return;
    if (token.nesting === 1) this.#begin(token);
    else if (token.nesting === -1) this.#open.pop();
    else if (token.type === 'inline') this.addAll(token.children ?? []);
    else this.#put(leafOf(token));
  }

  /** Beyond the limit its children are taken and dropped. */
  #begin(token: Token): void {
    if (token.level >= NESTING_MAX - 1 && (token.tag === 'blockquote' || token.tag === 'li')) this.isCut = true;
    const children: MarkdownNode[] = [];
    this.#put(
      token.type === 'link_open'
        ? { type: 'link', url: String(token.attrGet('href') ?? ''), children }
        : {
            type: 'element',
            element: ELEMENTS[token.tag as Source],
            start: token.tag === 'ol' ? Number(token.attrGet('start') ?? 1) : null,
            align: alignOf(String(token.attrGet('style'))),
            children,
          },
    );
    this.#open.push(children);
  }

  #put(node: MarkdownNode): void {
    if (this.#left === 0) {
      this.isCut = true;
      return;
    }
    this.#left--;
    this.#open.at(-1)?.push(node);
  }
}

function leafOf(token: Token): MarkdownNode {
  const { content } = token;
  switch (token.type) {
    case 'code_inline':
      return { type: 'code', text: content };
    case 'code_block':
    case 'fence':
      return { type: 'code-block', text: content.replace(/\n$/, '') };
    case 'softbreak':
      return { type: 'text', text: ' ' };
    case 'hardbreak':
      return { type: 'line' };
    case 'hr':
      return { type: 'rule' };
    case 'image':
      return { type: 'image', url: String(token.attrGet('src') ?? ''), words: content };
    default:
      return { type: 'text', text: content };
  }
}

function alignOf(style: string): 'left' | 'center' | 'right' | null {
  const align = /^text-align:(left|center|right)$/.exec(style)?.[1];
  return align === 'left' || align === 'center' || align === 'right' ? align : null;
}
