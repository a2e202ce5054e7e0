/** The console's page has a scheme of its own: an origin that no web page can have, and no file:// next to it. */
export const PAGE_SCHEME = 'quantum-lock';
const PAGE_HOST = 'console';
export const PAGE_URL: string = `${PAGE_SCHEME}://${PAGE_HOST}/`;

/** The path of one of the page's own addresses; undefined for any other address. */
export function pagePath(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isOurs =
    url.protocol === `${PAGE_SCHEME}:` && url.host === PAGE_HOST && url.username === '' && url.password === '';
  return isOurs ? url.pathname : undefined;
}

/** Whether `address` is the page itself, whatever screen the person is on. */
export function isPage(address: string): boolean {
  const path = pagePath(address);
  return path === '/' || path === '/index.html';
}
