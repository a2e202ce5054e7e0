import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { servePage } from '../../electron/page-server.ts';
import { REPORT_STYLE } from '../../src/node/export/report/report-style.ts';
import { pageFolder, startedConsole } from './started-console.ts';

const get = async (address: string, method = 'GET'): Promise<Response> =>
  (await servePage(pageFolder()))(new Request(address, { method }));

describe('the page', () => {
  test('comes with a policy that allows its own files and nothing else', async () => {
    const { electron } = await startedConsole();
    const response = await electron.session.defaultSession.page?.(new Request('quantum-lock://console/'));
    expect(response?.status).toBe(200);
    expect(await response?.text()).toBe('<!doctype html>');
    const policy = response?.headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual([
      `default-src 'none'`,
      `script-src 'self'`,
      // And the one style of a report that is previewed.
      `style-src 'self' 'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'`,
      `img-src 'self' data:`,
      `font-src 'self'`,
      `connect-src 'self'`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ]);
    expect(response?.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['quantum-lock://console/', 'text/html; charset=utf-8'],
    ['quantum-lock://console/index.html', 'text/html; charset=utf-8'],
    ['quantum-lock://console/assets/main.js?v=1', 'text/javascript; charset=utf-8'],
  ])('answers %s as %s', async (address, contentType) => {
    const response = await get(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
  });

  test.each([
    'quantum-lock://console/missing.js',
    'quantum-lock://console/assets',
    'quantum-lock://console/assets/notes.txt',
    'quantum-lock://console/../../../etc/passwd',
    'quantum-lock://console/%2e%2e/%2e%2e/etc/passwd',
    'quantum-lock://console/..%2f..%2fetc%2fpasswd',
    'quantum-lock://console//etc/passwd',
    'quantum-lock://elsewhere/index.html',
    'https://console/index.html',
  ])('has no answer to %s, and says so under the same policy', async (address) => {
    const response = await get(address);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  });

  test('is only read', async () => {
    expect((await get('quantum-lock://console/', 'POST')).status).toBe(404);
  });
});
