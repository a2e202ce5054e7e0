import { expect, test } from 'vitest';

import { startedConsole } from './started-console.ts';

test('what waits for approval is told by the desktop, and a click shows it in the console', async () => {
  const { electron, host, surface } = await startedConsole();
  const shows = { kind: 'block', index: 7 } as const;
  surface.notify({ heading: 'Waits for your approval', title: 'Add validator authority-2\u202e', shows });
  const [notification] = electron.notifications;
  expect(notification).toMatchObject({ title: 'Waits for your approval', isShown: true });
  // A name cannot turn the text around.
  expect(notification?.body).toMatch(/^Add validator authority-2/);
  expect(notification?.body).not.toContain('\u202e');
  notification?.send('click');
  await Promise.resolve();
  expect(electron.window.calls).toContain('focus');
  expect(host.shown).toEqual([shows]);
});

test('a desktop without notifications is left alone', async () => {
  const { electron, surface } = await startedConsole();
  electron.hasNotifications = false;
  surface.notify({ heading: 'Waits for your approval', title: 'Add validator authority-2', shows: null });
  expect(electron.notifications).toEqual([]);
});
