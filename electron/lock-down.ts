import type { App, Contents, Preventable, Session } from './electron-api.ts';
import { isPage, pagePath } from './page-address.ts';

/** Copying a hash to the clipboard. */
const grantedPermissions: readonly string[] = ['clipboard-sanitized-write'];
/** Filming the QR code of an approval: the camera alone, never the microphone or the screen. */
const MEDIA_PERMISSION = 'media';

/** A frame whose content is an attribute of the page: a report that is previewed. It has the page's policy. */
const OWN_FRAME = 'about:srcdoc';

type Log = (line: string) => void;

/** Whatever shows a page in this process may show ours, and go nowhere else. */
export function lockDownContents(app: App, log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: Preventable & { readonly url: string }): void => {
      if (isPage(event.url)) return;
      event.preventDefault();
      log(`refused to navigate to ${event.url}`);
    };
    contents.on('will-frame-navigate', (event) => {
      if (event.url !== OWN_FRAME) refuse(event);
    });
    contents.on('will-redirect', refuse);
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
      log('refused to attach a webview');
    });
    contents.setWindowOpenHandler(({ url }) => {
      log(`refused to open a window for ${url}`);
      return { action: 'deny' };
    });
  });
}

/** No network, no device, no permission, no download: for a window that shows one page and does nothing else. */
export function sealSession(session: Session, log: Log, isContent: (url: string) => boolean): void {
  session.setPermissionCheckHandler(() => false);
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.on('will-download', (event) => event.preventDefault());
  denyReach(session, log, isContent);
}

/**
 * No network, no device, no permission but the clipboard's and the camera's, and no download but of what the page itself
 * made. What the camera sees stays in the page: there is nowhere that the page could send it to.
 */
export function lockDownSession(session: Session, log: Log, options: { readonly allowDevTools: boolean }): void {
  const isPermitted = (contents: Contents | null, permission: string, media: readonly string[]): boolean => {
    const isCamera = permission === MEDIA_PERMISSION && media.length > 0 && media.every((kind) => kind === 'video');
    return (isCamera || grantedPermissions.includes(permission)) && contents !== null && isPage(contents.mainFrame.url);
  };

  session.setPermissionCheckHandler((contents, permission, _origin, { mediaType }) =>
    isPermitted(contents, permission, mediaType === undefined ? [] : [mediaType]),
  );
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const granted = isPermitted(contents, permission, mediaTypesOf(details));
    if (!granted) log(`refused the permission ${permission}`);
    callback(granted);
  });
  denyReach(session, log, (url) => isPageContent(url) || (options.allowDevTools && url.startsWith('devtools://')));
  session.on('will-download', (event, item) => {
    if (isPageContent(item.getURL())) return;
    event.preventDefault();
    log(`refused the download ${item.getURL()}`);
  });
}

function denyReach(session: Session, log: Log, isContent: (url: string) => boolean): void {
  session.setDevicePermissionHandler(() => false);
  // The spell checker would fetch its dictionaries from the network.
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const allowed = isContent(url);
    if (!allowed) log(`refused the request ${url}`);
    callback({ cancel: !allowed });
  });
}

function mediaTypesOf(details: object): readonly string[] {
  if (!('mediaTypes' in details) || !Array.isArray(details.mediaTypes)) return [];
  return details.mediaTypes.map(String);
}

/** The page's own files, and what it made itself out of them. */
function isPageContent(address: string): boolean {
  return pagePath(address.replace(/^blob:/, '')) !== undefined;
}
