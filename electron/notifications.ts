import { visibleText } from '../src/base/visible-text.ts';
import type { Notice } from '../src/node/host/surface.ts';
import type { ShownThing } from '../src/api/operator/opened.ts';
import type { ElectronApi } from './electron-api.ts';

/** Shows a notification of the desktop, where it has any; a click shows in the console what it is about. */
export function notifier(electron: ElectronApi, show: (thing: ShownThing | null) => void): (notice: Notice) => void {
  return ({ heading, title, shows }) => {
    if (!electron.Notification.isSupported()) return;
    const notification = new electron.Notification({
      title: heading,
      body: visibleText(title),
    });
    notification.once('click', () => show(shows));
    notification.show();
  };
}
