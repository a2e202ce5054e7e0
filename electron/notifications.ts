import { visibleText } from '../src/base/visible-text.ts';
import type { ElectronApi } from './electron-api.ts';

/** A proposal that begins to wait for the person at this machine. */
export interface Waiting {
  readonly title: string;
}

/** Shows a notification of the desktop, where it has any; a click brings the console to the front. */
export function notifier(electron: ElectronApi, bringToFront: () => void): (waiting: Waiting) => void {
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
