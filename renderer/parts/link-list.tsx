import { useRef, type ReactElement, type ReactNode } from 'react';

import type { QueryValues } from '../router/location.ts';
import { Link } from './link.tsx';
import { useRoving } from './use-roving.ts';

interface Props<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly placeOf: (item: Item) => { readonly to: readonly string[]; readonly query?: QueryValues };
  /** The item that is open. */
  readonly current: string | undefined;
  readonly children: (item: Item) => ReactNode;
}

/** A short list of places that the arrows move through; Tab goes past it. */
export function LinkList<Item>({ label, items, keyOf, placeOf, current, children }: Props<Item>): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  const start = items.findIndex((item) => keyOf(item) === current);
  const roving = useRoving({ count: items.length, container: list, start });
  return (
    // The list only listens for the arrow keys of its links.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul ref={list} className="link-list" aria-label={label} onKeyDown={roving.onKeyDown}>
      {items.map((item, index) => (
        <li key={keyOf(item)}>
          <Link
            className="item"
            {...placeOf(item)}
            aria-current={keyOf(item) === current}
            data-row={index}
            tabIndex={index === roving.active ? 0 : -1}
            onFocus={() => roving.setActive(index)}
          >
            {children(item)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
