import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

import { pagePath } from './page-address.ts';
import { pageHeaders } from '../src/node/doors/page/page-headers.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Answers requests for the built page. The files are listed once, at the start: an address that is not in the list has
 * no answer, so there is no path to escape from the folder with.
 */
export async function servePage(folder: string): Promise<(request: Request) => Promise<Response>> {
  const files = await listFiles(folder);
  return async (request) => {
    const path = pagePath(request.url);
    const file = path === undefined ? undefined : files.get(path === '/' ? '/index.html' : path);
    const contentType = file === undefined ? undefined : contentTypes[extname(file)];
    if (request.method !== 'GET' || file === undefined || contentType === undefined) {
      return new Response('not found', { status: 404, headers: { ...pageHeaders, 'content-type': 'text/plain' } });
    }
    return new Response(await readFile(file), { headers: { ...pageHeaders, 'content-type': contentType } });
  };
}

/** From the address's path to the file. Throws when the page was not built. */
async function listFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]));
}
