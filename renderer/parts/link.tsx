import { useContext, type ComponentPropsWithRef, type ReactElement } from 'react';

import { encodeLocation, type QueryValues } from '../router/location.ts';
import { TasksOffered } from './tasks-offered.ts';

type Props = Omit<ComponentPropsWithRef<'a'>, 'href'> & {
  readonly to: readonly string[];
  readonly query?: QueryValues;
};

/** A link to a place of the console. The browser follows it by itself: it only changes the hash. One to a task is there only where tasks are offered. */
export function Link({ to, query, children, ...rest }: Props): ReactElement | null {
  const offersTasks = useContext(TasksOffered);
  if (!offersTasks && query?.['do'] !== undefined && query['do'] !== null) return null;
  return (
    <a href={encodeLocation(to, query)} {...rest}>
      {children}
    </a>
  );
}
