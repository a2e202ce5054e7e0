import { spawn } from 'node:child_process';

import { endWithParent } from './end-with-parent.mjs';

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a command in our place: the same terminal, the same signals, the same end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<never>}
 */
export async function becomeChild(command, args, options = {}) {
  return endAs(await runChild(command, args, options));
}

/**
 * Ends this process as a child of it has ended.
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} end
 * @returns {Promise<never>}
 */
export async function endAs({ code, signal }) {
  if (signal !== null) {
    process.kill(process.pid, signal);
    // Where the signal does not end us at once, the shell's convention for it does.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  process.exit(code ?? 1);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, wasToldToEnd: boolean }>} `wasToldToEnd`: a signal came
 *   to us meanwhile
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const { onStart, ...spawnOptions } = options;
    const child = spawn(command, args, { ...spawnOptions, stdio: 'inherit' });
    let wasToldToEnd = false;
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      wasToldToEnd = true;
      // A terminal sends Ctrl-C to the child as well: a second one would mean "now, without closing the chain".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    endWithParent(() => forward('SIGTERM'));
    const stopForwarding = () => {
      for (const signal of forwarded) process.off(signal, forward);
    };
    child.once('spawn', () => onStart?.(child));
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve({ code, signal, wasToldToEnd });
    });
  });
}
