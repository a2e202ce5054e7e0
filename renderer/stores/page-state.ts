import { createStore, type StoreApi } from 'zustand/vanilla';

/** What only the page knows: which overlay is open. One at a time, so no dialog ever lies over another. */
export interface PageState {
  readonly overlay: 'palette' | 'shortcuts' | null;
}

export function createPageState(): StoreApi<PageState> {
  return createStore<PageState>(() => ({ overlay: null }));
}
