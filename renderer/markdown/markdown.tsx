import { createContext, useContext, type ReactElement, type ReactNode } from 'react';

import { linkTarget } from './link-target.ts';
import type { MarkdownNode, MarkdownTree } from './parse-markdown.ts';
import './markdown.css';

interface Surroundings {
  /** The path of the file that is shown. */
  readonly path: string;
  /** Where a file is opened; null where there is no such file. */
  readonly hrefOf: (path: string) => string | null;
}

const Surrounding = createContext<Surroundings>({ path: '', hrefOf: () => null });

/**
 * A stranger's Markdown as elements of ours alone: HTML is shown as it is written, an image as its description, and an
 * address outside is written after its link's words and leads nowhere. Nothing is loaded.
 */
export function Markdown({ tree, path, hrefOf }: Surroundings & { readonly tree: MarkdownTree }): ReactElement {
  return (
    <Surrounding.Provider value={{ path, hrefOf }}>
      <div className="markdown" dir="auto">
        <Nodes nodes={tree.nodes} />
      </div>
    </Surrounding.Provider>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly MarkdownNode[] }): ReactElement {
  return (
    <>
      {nodes.map((node, index) => (
        // The tree of a text never changes.
        <Node key={index} node={node} />
      ))}
    </>
  );
}

function Node({ node }: { readonly node: MarkdownNode }): ReactElement {
  switch (node.type) {
    // In an element of ours, as any text that reaches the screen (renderer/text).
    case 'text':
      return <>{node.text}</>;
    case 'code':
      return <code>{node.text}</code>;
    case 'code-block':
      return (
        <pre className="code" tabIndex={0} aria-label="Code">
          {node.text}
        </pre>
      );
    case 'line':
      return <br />;
    case 'rule':
      return <hr />;
    case 'image':
      return <Target url={node.url} words={`image: ${node.words}`} said="" />;
    case 'link':
      return <Target url={node.url} words={<Nodes nodes={node.children} />} said={textOf(node.children)} />;
    case 'element':
      return <Element node={node} />;
  }
}

function Element({ node }: { readonly node: Extract<MarkdownNode, { readonly type: 'element' }> }): ReactElement {
  const { element: Tag, start, align, children } = node;
  const inside = <Nodes nodes={children} />;
  switch (Tag) {
    case 'table':
      return (
        <div className="markdown-table" tabIndex={0} role="group" aria-label="Table">
          <table>{inside}</table>
        </div>
      );
    case 'ol':
      return <ol start={start ?? 1}>{inside}</ol>;
    case 'th':
      return (
        <th scope="col" data-align={align ?? undefined}>
          {inside}
        </th>
      );
    case 'td':
      return <td data-align={align ?? undefined}>{inside}</td>;
    default:
      return <Tag>{inside}</Tag>;
  }
}

/** `said`: the words as text; an address that says itself is not said twice. */
function Target({
  url,
  words,
  said,
}: {
  readonly url: string;
  readonly words: ReactNode;
  readonly said: string;
}): ReactElement {
  const { path, hrefOf } = useContext(Surrounding);
  const target = linkTarget(url, path);
  if (target.kind === 'place') return <>{words}</>;
  const href = target.kind === 'file' ? hrefOf(target.path) : null;
  if (href !== null) return <a href={href}>{words}</a>;
  const address = target.kind === 'file' ? target.path : target.url;
  return (
    <>
      {words}
      {said === address ? null : (
        <>
          {' '}
          <span className="address mono">({address})</span>
        </>
      )}
    </>
  );
}

function textOf(nodes: readonly MarkdownNode[]): string {
  return nodes.map((node) => (node.type === 'text' ? node.text : '')).join('');
}
