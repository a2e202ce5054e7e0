import { useLayoutEffect } from 'react';

import type { Command } from '../commands/command.ts';
import { useServices } from '../services.ts';

const COMMAND_MESSAGE = 'quantum-lock:command';

/** The application's menu runs the page's commands: the preload posts their ids. */
export function useHostCommands(commands: readonly Command[]): void {
  const services = useServices();
  // Before the page is seen, as the keys are.
  useLayoutEffect(() => {
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (event.source !== globalThis.window) return;
      const { data } = event;
      if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== COMMAND_MESSAGE) return;
      const id = 'id' in data ? data.id : undefined;
      const command = commands.find((each) => each.id === id);
      void command?.run(services);
    };
    globalThis.addEventListener('message', onMessage);
    return () => globalThis.removeEventListener('message', onMessage);
  }, [commands, services]);
}
