import { createStore, type StoreApi } from 'zustand/vanilla';

/** What only the page knows. */
export interface PageState {
  /** Which overlay is open. One at a time, so no dialog ever covers another. */
  readonly overlay: 'palette' | 'shortcuts' | 'identity' | null;
  /** Proposals that began to wait for the acting identity while the page was open, until they are seen. Newest first. */
  readonly calls: readonly WaitingCall[];
  /** Files that a person handed to the page: it alone has them, and nothing else of this machine. */
  readonly handed: HandedFiles | null;
}

export interface HandedFiles {
  /** Another one where the same files are handed over again. */
  readonly id: string;
  readonly files: readonly File[];
  /** Where they are shown. */
  readonly to: 'check' | 'import';
}

export interface WaitingCall {
  readonly proposalId: string;
  readonly title: string;
}

export function createPageState(): StoreApi<PageState> {
  return createStore<PageState>(() => ({ overlay: null, calls: [], handed: null }));
}
