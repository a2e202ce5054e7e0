import { showTheme, nextTheme } from '../stores/appearance.ts';
import type { Command } from './command.ts';

/** What can be done anywhere. */
export const shellCommands: readonly Command[] = [
  {
    id: 'palette.open',
    title: 'Find anything…',
    keywords: 'search palette command',
    shortcut: 'mod+k',
    run: ({ page }) => page.setState({ overlay: 'palette' }),
  },
  {
    id: 'filter.focus',
    title: 'Filter what this screen lists',
    keywords: 'search narrow',
    shortcut: '/',
    run: ({ page }) => {
      const filter = document.querySelector<HTMLInputElement>('main input[type="search"]');
      // A screen without a filter: everything is searched.
      if (filter === null) return page.setState({ overlay: 'palette' });
      // The palette may be closing: it gives the focus back where it was.
      requestAnimationFrame(() => {
        filter.focus();
        filter.select();
      });
    },
  },
  {
    id: 'shortcuts.show',
    title: 'Show keyboard shortcuts',
    keywords: 'help keys',
    shortcut: '?',
    run: ({ page }) => page.setState({ overlay: 'shortcuts' }),
  },
  {
    id: 'identity.choose',
    title: 'Act as somebody else, or lock signing…',
    keywords: 'identity key switch user lock session',
    shortcut: 'i',
    where: 'node',
    run: ({ page }) => page.setState({ overlay: 'identity' }),
  },
  {
    id: 'theme.next',
    title: 'Change the theme: system, light, dark',
    keywords: 'dark light appearance colours',
    shortcut: null,
    run: ({ appearance }) => showTheme(appearance, nextTheme(appearance.getState().choice)),
  },
  {
    id: 'connection.retry',
    title: 'Connect to the node again',
    keywords: 'reconnect retry offline',
    shortcut: null,
    run: ({ connection }) => connection.retryNow(),
  },
];
