import { useLayoutEffect } from 'react';

import type { Command } from '../commands/command.ts';
import { backOut } from '../router/location.ts';
import { useServices, type Services } from '../services.ts';

/** The second key of a pair must follow within this time. */
const PAIR_TIMEOUT_MS = 1_000;

/** Runs commands by their shortcuts, and lets Esc back out of what is open. */
export function useShortcuts(commands: readonly Command[]): void {
  const services = useServices();
  // Before it is seen: a key that is pressed at once is heard.
  useLayoutEffect(() => {
    let first: { readonly key: string; readonly at: number } | null = null;
    const onKeyDown = (event: KeyboardEvent): void => {
      // Under a dialog nothing of the page is reached; Esc is the dialog's.
      if (event.defaultPrevented || document.querySelector('dialog:modal') !== null) return;
      const key = keyName(event);
      if (isTyping(event.target) && !key.startsWith('mod+')) {
        if (key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
        return;
      }
      if (key === 'Escape') return stepOut(services);
      const pair = first !== null && event.timeStamp - first.at < PAIR_TIMEOUT_MS ? `${first.key} ${key}` : null;
      const command = commands.find(({ shortcut }) => shortcut !== null && (shortcut === pair || shortcut === key));
      first = command === undefined ? { key, at: event.timeStamp } : null;
      if (command === undefined) return;
      event.preventDefault();
      void command.run(services);
    };
    globalThis.addEventListener('keydown', onKeyDown);
    return () => globalThis.removeEventListener('keydown', onKeyDown);
  }, [commands, services]);
}

function stepOut({ router }: Services): void {
  const address = backOut(router.location.getState());
  if (address === null) return;
  router.go(address);
  // The list may have been hidden until now: give the focus back to the row that the person came from.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.master [data-row][tabindex="0"]')?.focus());
}

function keyName(event: KeyboardEvent): string {
  const modifier = event.ctrlKey || event.metaKey ? 'mod+' : event.altKey ? 'alt+' : '';
  return modifier + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
