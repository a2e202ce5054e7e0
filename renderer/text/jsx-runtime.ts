import type { ElementType, Key, ReactElement } from 'react';
import * as react from 'react/jsx-runtime';

import { shownProps } from './shown-props.ts';

/** React's JSX, except that elements show every text as `shown-props.ts` says. The compiler calls these. */

export { Fragment, type JSX } from 'react/jsx-runtime';

export function jsx(type: ElementType, props: unknown, key?: Key): ReactElement {
  return react.jsx(type, shownProps(type, props), key);
}

export function jsxs(type: ElementType, props: unknown, key?: Key): ReactElement {
  return react.jsxs(type, shownProps(type, props), key);
}
