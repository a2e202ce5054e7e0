import { createStore, type StoreApi } from 'zustand/vanilla';

/** What only the page knows. */
export interface PageState {
  /** Which overlay is open. One at a time, so no dialog ever covers another. */
  readonly overlay: 'palette' | 'shortcuts' | null;
  /** Proposals that began to wait for the acting identity while the page was open, until they are seen. Newest first. */
  readonly calls: readonly WaitingCall[];
}

export interface WaitingCall {
  readonly proposalId: string;
  readonly title: string;
}

export function createPageState(): StoreApi<PageState> {
  return createStore<PageState>(() => ({ overlay: null, calls: [] }));
}
