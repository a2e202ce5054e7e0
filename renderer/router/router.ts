import { createStore, type StoreApi } from 'zustand/vanilla';

import { decodeLocation, type Location } from './location.ts';

export interface Router {
  readonly location: StoreApi<Location>;
  /** How often a task was asked for whose address was that of the page already. */
  readonly restarts: StoreApi<number>;
  /** Goes to an address made by `encodeLocation`. `replace` leaves no step for the Back button. */
  readonly go: (address: string, options?: { readonly replace?: boolean }) => void;
  readonly back: () => void;
}

export function createRouter(): Router {
  const read = (): Location => decodeLocation(globalThis.location.hash);
  const location = createStore<Location>(read);
  const update = (): void => location.setState(read(), true);
  // `popstate` also fires when a link changes the hash.
  globalThis.addEventListener('popstate', update);
  const restarts = createStore<number>(() => 0);
  const restart = (): void => {
    if (read().query.has('do')) restarts.setState((count) => count + 1, true);
  };
  globalThis.addEventListener('click', (event) => {
    if (isFollowed(event) && linkOf(event)?.getAttribute('href') === globalThis.location.hash) restart();
  });
  return {
    location,
    restarts,
    go: (address, { replace = false } = {}) => {
      if (address === globalThis.location.hash) {
        if (!replace) restart();
        return;
      }
      if (replace) globalThis.history.replaceState(null, '', address);
      else globalThis.history.pushState(null, '', address);
      update();
    },
    back: () => globalThis.history.back(),
  };
}

function linkOf({ target }: MouseEvent): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest('a') : null;
}

/** Whether the browser follows the link in this window. */
function isFollowed(event: MouseEvent): boolean {
  const { defaultPrevented, button, altKey, ctrlKey, metaKey, shiftKey } = event;
  return !defaultPrevented && button === 0 && !altKey && !ctrlKey && !metaKey && !shiftKey;
}
