import { describe, expect, test } from 'vitest';

import { startArguments } from '../../electron/start-arguments.ts';

const at = { folder: '/home/ada', isPackaged: true };

describe('the arguments of the application', () => {
  test('name a data directory and files, from the folder of the person who typed them; others are Electron’s', () => {
    expect(startArguments(['--data', 'd', '--sandbox', '--open', 'a.backup', '--open=/b', '--no-sandbox'], at)).toEqual(
      {
        data: '/home/ada/d',
        sandbox: true,
        handed: { files: ['/home/ada/a.backup', '/b'], links: [] },
      },
    );
    expect(startArguments([], at)).toEqual({ data: null, sandbox: false, handed: { files: [], links: [] } });
    expect(startArguments(['--open'], at).handed.files).toEqual([]);
  });

  test('tell the files and links that the system opens from each other', () => {
    expect(startArguments(['monday.backup', 'quantum-lock://block/1'], at).handed).toEqual({
      files: ['/home/ada/monday.backup'],
      links: ['quantum-lock://block/1'],
    });
  });

  test('name files by their addresses too, as the desktops of Linux do', () => {
    expect(startArguments(['file:///srv/a%20b.backup', 'file://server/share/x', 'file:%zz'], at).handed.files).toEqual([
      '/srv/a b.backup',
      '/home/ada/file:/server/share/x',
      '/home/ada/file:%zz',
    ]);
  });

  test('behind -- are no switches, as the system writes a link', () => {
    expect(startArguments(['--', 'quantum-lock://block/1', '--data=/elsewhere'], at)).toMatchObject({
      data: null,
      handed: { links: ['quantum-lock://block/1'] },
    });
  });

  test('begin in a checkout with where the application is', () => {
    expect(startArguments(['/checkout', 'a.backup'], { ...at, isPackaged: false }).handed.files).toEqual([
      '/home/ada/a.backup',
    ]);
  });
});
