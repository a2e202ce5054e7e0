import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkoutRoot } from '../../../build/checkout.mjs';

/** Programs of others that read what this one writes. With CI=true each is made where its language is; else it is said how. */

export type Found = { readonly program: string } | { readonly reason: string };

const KEPT = join(checkoutRoot, 'node_modules', '.cache');
const WITNESS = 'github.com/transparency-dev/witness/cmd/omniwitness@v0.0.0-20260720115447-2e1c6971d19e';
const RECEIPTS = 'scitt-cose==0.5.0';
const READER = fileURLToPath(new URL('reader', import.meta.url));

const hasProgram = (name: string, ...args: readonly string[]): boolean =>
  spawnSync(name, args, { stdio: 'ignore' }).status === 0;
const mayMake = process.env['CI'] === 'true';

function findMade(place: string, make: { readonly needs: string | null; readonly how: string; run(): void }): Found {
  if (existsSync(place)) return { program: place };
  if (make.needs !== null) return { reason: make.needs };
  if (!mayMake) return { reason: `${place} is not there: ${make.how}` };
  make.run();
  return { program: place };
}

/** A witness of others: github.com/transparency-dev/witness. */
export function findOmniwitness(): Found {
  const installed = join(homedir(), 'go', 'bin', 'omniwitness');
  if (existsSync(installed)) return { program: installed };
  const kept = join(KEPT, 'omniwitness');
  return findMade(join(kept, 'omniwitness'), {
    needs: hasProgram('go', 'version') ? null : 'neither omniwitness nor Go is on this machine',
    how: `go install ${WITNESS}`,
    run() {
      mkdirSync(kept, { recursive: true });
      execFileSync('go', ['install', WITNESS], { stdio: 'inherit', env: { ...process.env, GOBIN: kept } });
    },
  });
}

/** golang.org/x/mod/sumdb/note and tlog, as `reader/main.go` calls them. */
export function findNoteReader(): Found {
  const program = join(KEPT, 'note-reader', 'reader');
  return findMade(program, {
    needs: hasProgram('go', 'version') ? null : 'Go is not on this machine',
    how: `go build -o ${program} . (in ${READER})`,
    run: () => void execFileSync('go', ['build', '-o', program, '.'], { stdio: 'inherit', cwd: READER }),
  });
}

/** The Python of an environment that has scitt-cose. */
export function findReceiptReader(): Found {
  const environment = join(KEPT, 'scitt-cose');
  const python = join(environment, 'bin', 'python');
  return findMade(python, {
    needs: hasProgram('python3', '-c', 'import venv, ensurepip') ? null : 'Python with venv is not on this machine',
    how: `python3 -m venv ${environment} && ${environment}/bin/pip install ${RECEIPTS}`,
    run() {
      execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
      execFileSync(join(environment, 'bin', 'pip'), ['install', '--quiet', RECEIPTS], { stdio: 'inherit' });
    },
  });
}
