import type { ComponentPropsWithRef, ReactElement } from 'react';

import { encodeLocation, type QueryValues } from '../router/location.ts';

type Props = Omit<ComponentPropsWithRef<'a'>, 'href'> & {
  readonly to: readonly string[];
  readonly query?: QueryValues;
};

/** A link to a place of the console. The browser follows it by itself: it only changes the hash. */
export function Link({ to, query, children, ...rest }: Props): ReactElement {
  return (
    <a href={encodeLocation(to, query)} {...rest}>
      {children}
    </a>
  );
}
