import { visibleText } from '../src/base/visible-text.ts';
import type { DesktopSurface } from '../src/node/host/surface.ts';
import type { ElectronApi } from './electron-api.ts';

type Waiting = Parameters<DesktopSurface['notify']>[0];

/** Shows a notification of the desktop, where it has any; a click brings the console to the front. */
export function notifier(electron: ElectronApi, bringToFront: () => void): (waiting: Pick<Waiting, 'title'>) => void {
  return ({ title }) => {
    if (!electron.Notification.isSupported()) return;
    const notification = new electron.Notification({
      title: 'Waits for your approval',
      body: visibleText(title),
    });
    notification.once('click', bringToFront);
    notification.show();
  };
}
