import { createElement, Fragment, type ReactNode } from 'react';

import { runsOf, shownText, type Layout } from './shown-text.ts';

/**
 * What every element of the page does with its texts. A name, a reason, a path or a message may have been written by
 * anybody; there is no other way from a string to the screen, so no place of the page has to remember it.
 */

/** Attributes that a person reads or hears. */
const READ_ATTRIBUTES = [
  'title',
  'alt',
  'label',
  'placeholder',
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
] as const;

/** Elements that hold text alone: a run in them cannot be isolated by an element. */
const TEXT_ONLY: ReadonlySet<unknown> = new Set(['option', 'title', 'text', 'tspan', 'textarea', 'style', 'script']);

const LAYOUTS: Readonly<Record<string, Layout>> = { pre: 'lines', textarea: 'lines', code: 'tabs' };

type Props = Readonly<Record<string, unknown>>;

/** Props of an element as the page shows it. A component's are left alone: what it does with them ends in elements too. */
export function shownProps(type: unknown, props: unknown): unknown {
  if (typeof type !== 'string' && typeof type !== 'symbol') return props;
  const given = props as Props;
  let shown: Record<string, unknown> | null = null;
  for (const name of READ_ATTRIBUTES) {
    const value = given[name];
    if (typeof value !== 'string') continue;
    const text = shownText(value);
    if (text !== value) (shown ??= { ...given })[name] = text;
  }
  const { children } = given;
  if (children !== undefined) {
    const seen = shownChildren(children as ReactNode, type);
    if (seen !== children) (shown ??= { ...given })['children'] = seen;
  }
  return shown ?? props;
}

/** The same object where nothing is to be done. */
function shownChildren(children: ReactNode, type: string | symbol): ReactNode {
  if (typeof children === 'string') return shownNode(children, type);
  if (!isList(children)) return children;
  let changed = false;
  const shown = children.map((child) => {
    const seen = shownChildren(child, type);
    changed ||= seen !== child;
    return seen;
  });
  return changed ? shown : children;
}

function isList(children: ReactNode): children is readonly ReactNode[] & ReactNode {
  return Array.isArray(children);
}

function shownNode(given: string, type: string | symbol): ReactNode {
  const text = shownText(given, LAYOUTS[type.toString()]);
  if (TEXT_ONLY.has(type)) return text;
  const runs = runsOf(text);
  if (runs.length === 1 && runs[0]?.isolated === false) return text;
  return createElement(
    Fragment,
    null,
    ...runs.map((run) => (run.isolated ? createElement('bdi', null, run.text) : run.text)),
  );
}
