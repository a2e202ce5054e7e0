import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { isDeepLink } from './deep-link.ts';

/** What a person opens with this application; a second instance hands it to the first. */
const handedOver = z.object({ files: z.array(z.string()).readonly(), links: z.array(z.string()).readonly() });
export type HandedOver = z.infer<typeof handedOver>;

export const NOTHING_HANDED: HandedOver = { files: [], links: [] };

export interface StartArguments {
  /** The data directory, as an absolute path; null where none is named. */
  readonly data: string | null;
  readonly sandbox: boolean;
  readonly handed: HandedOver;
}

/**
 * The arguments of the application, after its own name: `--data DIR`, `--sandbox`, `--open FILE`, which may be repeated, and
 * the files and links that the system opens with it. Electron and Chromium add arguments of their own, which are passed over.
 */
export function startArguments(
  args: readonly string[],
  { folder, isPackaged }: { readonly folder: string; readonly isPackaged: boolean },
): StartArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      sandbox: { type: 'boolean' },
      open: { type: 'string', multiple: true },
    },
    strict: false,
    allowPositionals: true,
  });
  // In a checkout, Electron is first told where the application is.
  const opened = isPackaged ? positionals : positionals.slice(1);
  const named: readonly unknown[] = values.open ?? [];
  const files = [...named, ...opened.filter((one) => !isDeepLink(one)).map(withoutScheme)];
  return {
    data: typeof values.data === 'string' ? resolve(folder, values.data) : null,
    sandbox: values.sandbox === true,
    handed: {
      files: files
        .filter((path) => typeof path === 'string' && path !== '')
        .map((path) => resolve(folder, String(path))),
      links: opened.filter(isDeepLink),
    },
  };
}

/** The desktops of Linux name a file by its address, `file:///home/ada/a.backup`. What names no file of this machine stays as it is. */
function withoutScheme(text: string): string {
  if (!text.startsWith('file:')) return text;
  try {
    return fileURLToPath(text);
  } catch {
    // Of another machine, or damaged: there is no such path, which opening it says.
    return text;
  }
}

/** What a second instance hands to the first, which believes nothing of its form. */
export function handedBy(value: unknown): HandedOver {
  const parsed = handedOver.safeParse(value);
  return parsed.success ? parsed.data : NOTHING_HANDED;
}
