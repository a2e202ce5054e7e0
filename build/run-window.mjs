import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runChild } from './run-child.mjs';

/** Electron's first start on a slow disk takes some ten seconds; what shows nothing after this long never will. */
const readyMsMax = 60_000;
/** A console that is asked to end closes its chain first. */
const endMsMax = 10_000;

/**
 * Runs the desktop console, and watches that it gets as far as showing its window: it writes the file that
 * QL_WINDOW_READY_FILE names once it does. A window that does not come is ended, so that the caller can go another way.
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {{ readyMsMax?: number, endMsMax?: number }} [limits]
 * @returns {Promise<
 *   | { shown: true, code: number | null, signal: NodeJS.Signals | null }
 *   | { shown: false, wasToldToEnd: boolean, reason: string }
 * >} once it has ended; `reason` completes "because …"
 */
export async function runWindow(binary, args, limits = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'quantum-lock-window-'));
  const readyFile = join(folder, 'ready');
  const limit = limits.readyMsMax ?? readyMsMax;
  let isLate = false;
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  try {
    const { code, signal, wasToldToEnd } = await runChild(binary, args, {
      env: { ...process.env, QL_WINDOW_READY_FILE: readyFile },
      onStart: (child) => {
        const late = setTimeout(() => {
          if (existsSync(readyFile)) return;
          isLate = true;
          child.kill('SIGTERM');
          timers.push(setTimeout(() => child.kill('SIGKILL'), limits.endMsMax ?? endMsMax));
        }, limit);
        timers.push(late);
      },
    });
    if (existsSync(readyFile)) return { shown: true, code, signal };
    const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    return {
      shown: false,
      wasToldToEnd: wasToldToEnd && !isLate,
      reason: isLate
        ? `Electron showed no window within ${limit / 1000} s`
        : `Electron ${end} before its window was ready`,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { shown: false, wasToldToEnd: false, reason: `Electron does not start (${text})` };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}
