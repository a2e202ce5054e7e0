import { expect, test } from 'vitest';

import { startedConsole } from './started-console.ts';

test('what waits for approval is told by the desktop, and a click brings the console to the front', async () => {
  const { electron, surface } = await startedConsole();
  surface.notify({ heading: 'Waits for your approval', title: 'Add validator authority-2\u202e' });
  const [notification] = electron.notifications;
  expect(notification).toMatchObject({ title: 'Waits for your approval', isShown: true });
  // A name cannot turn the text around.
  expect(notification?.body).toMatch(/^Add validator authority-2/);
  expect(notification?.body).not.toContain('\u202e');
  notification?.send('click');
  expect(electron.window.calls).toContain('focus');
});

test('a desktop without notifications is left alone', async () => {
  const { electron, surface } = await startedConsole();
  electron.hasNotifications = false;
  surface.notify({ heading: 'Waits for your approval', title: 'Add validator authority-2' });
  expect(electron.notifications).toEqual([]);
});
