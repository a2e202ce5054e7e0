import { createStore, type StoreApi } from 'zustand/vanilla';

import { decodeLocation, type Location } from './location.ts';

export interface Router {
  readonly location: StoreApi<Location>;
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
  return {
    location,
    go: (address, { replace = false } = {}) => {
      if (address === globalThis.location.hash) return;
      if (replace) globalThis.history.replaceState(null, '', address);
      else globalThis.history.pushState(null, '', address);
      update();
    },
    back: () => globalThis.history.back(),
  };
}
