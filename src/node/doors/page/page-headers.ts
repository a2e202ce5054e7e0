import { createHash } from 'node:crypto';
import { REPORT_STYLE } from '../../export/report/report-style.ts';

/** A report is previewed in a frame that runs nothing, with this one style, to the letter. */
const reportStyle = createHash('sha256').update(REPORT_STYLE).digest('base64');

/** Of every answer that carries the console's page, in a window and in a browser. Nothing is allowed that the page does not need: its own scripts, styles, fonts and pictures, and no network at all. */
const contentSecurityPolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'sha256-${reportStyle}'`,
  `img-src 'self' data:`,
  `font-src 'self'`,
  `connect-src 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
