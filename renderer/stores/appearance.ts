import { createStore, type StoreApi } from 'zustand/vanilla';

import type { ThemeChoice } from '../../src/api/operator/preferences.ts';

export interface Appearance {
  readonly choice: ThemeChoice;
  /** What is shown: the choice, or what the system asks for. */
  readonly theme: 'light' | 'dark';
}

const STORAGE_KEY = 'quantum-lock:theme';
const ORDER: Readonly<Record<ThemeChoice, ThemeChoice>> = { system: 'light', light: 'dark', dark: 'system' };

/** Keeps `data-theme` on the root element equal to the choice, and follows the system while the choice is its own. */
export function createAppearance(): StoreApi<Appearance> {
  const system = globalThis.matchMedia('(prefers-color-scheme: dark)');
  const resolve = (choice: ThemeChoice): Appearance => ({
    choice,
    theme: choice === 'system' ? (system.matches ? 'dark' : 'light') : choice,
  });
  const store = createStore<Appearance>(() => resolve(readChoice()));
  const show = ({ theme }: Appearance): void => {
    document.documentElement.dataset['theme'] = theme;
  };
  show(store.getState());
  store.subscribe(show);
  system.addEventListener('change', () => store.setState(resolve(store.getState().choice)));
  return store;
}

/** The browser keeps it too, so that the next page begins with it. */
export function showTheme(appearance: StoreApi<Appearance>, choice: ThemeChoice): void {
  const dark = globalThis.matchMedia('(prefers-color-scheme: dark)').matches;
  appearance.setState({ choice, theme: choice === 'system' ? (dark ? 'dark' : 'light') : choice });
  globalThis.localStorage.setItem(STORAGE_KEY, choice);
}

export function nextTheme(choice: ThemeChoice): ThemeChoice {
  return ORDER[choice];
}

function readChoice(): ThemeChoice {
  const stored = globalThis.localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}
