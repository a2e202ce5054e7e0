import type { ElementType, Key, ReactElement } from 'react';
import * as react from 'react/jsx-dev-runtime';
import type { JSXSource } from 'react/jsx-dev-runtime';

import { shownProps } from './shown-props.ts';

export { Fragment, type JSX } from 'react/jsx-dev-runtime';

/** As in `jsx-runtime.ts`, for a development server. */
export function jsxDEV(
  type: ElementType,
  props: unknown,
  key: Key | undefined,
  isStatic: boolean,
  ...rest: readonly [source?: JSXSource, self?: unknown]
): ReactElement {
  return react.jsxDEV(type, shownProps(type, props), key, isStatic, ...rest);
}
