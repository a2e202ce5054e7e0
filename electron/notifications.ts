import { visibleText } from '../src/base/visible-text.ts';
import type { Notice } from '../src/node/host/surface.ts';
import type { ElectronApi } from './electron-api.ts';

/** Shows a notification of the desktop, where it has any; a click brings the console to the front. */
export function notifier(electron: ElectronApi, bringToFront: () => void): (notice: Notice) => void {
  return ({ heading, title }) => {
    if (!electron.Notification.isSupported()) return;
    const notification = new electron.Notification({
      title: heading,
      body: visibleText(title),
    });
    notification.once('click', bringToFront);
    notification.show();
  };
}
