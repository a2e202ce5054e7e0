import type { App } from './electron-api.ts';
import { handedBy, type HandedOver } from './start-arguments.ts';

/** What is opened from outside the console's windows. */
export interface Openers {
  readonly file: (path: string) => void;
  readonly link: (text: string) => void;
}

export interface Outside {
  /** From now on what is opened goes there; first what has come already, in its order. */
  openWith(openers: Openers): void;
}

/**
 * Hears of what the person opens with this application: at its start, from a second instance, and on macOS from the system. Files and
 * links may come before there is a window; they wait for it.
 */
export function listenOutside(app: App, named: HandedOver, bringToFront: () => void): Outside {
  const waiting: ((openers: Openers) => void)[] = [];
  let openers: Openers | null = null;
  const open = (one: (to: Openers) => void): void => {
    if (openers === null) waiting.push(one);
    else one(openers);
  };
  const openAll = ({ files, links }: HandedOver): void => {
    for (const path of files) open(({ file }) => file(path));
    for (const text of links) open(({ link }) => link(text));
  };
  openAll(named);
  app.on('second-instance', (_event, _args, _folder, handed) => {
    bringToFront();
    openAll(handedBy(handed));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    bringToFront();
    open(({ file }) => file(path));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    bringToFront();
    open(({ link }) => link(url));
  });
  return {
    openWith: (given) => {
      openers = given;
      for (const one of waiting.splice(0)) one(given);
    },
  };
}
