import { existsSync } from 'node:fs';

import { chromium, type Browser } from 'playwright';

import { browserCandidates } from '../../build/setup/system-packages.mjs';

/** The Chromium or Chrome of this machine; undefined where there is none. */
export function findChromium(): string | undefined {
  return browserCandidates().find((file) => existsSync(file));
}

/** Starts the Chromium of this machine without a window. Throws, naming what to install, where there is none. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('no Chromium was found on this machine: install chromium (Debian) or Google Chrome');
  }
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}
