import { basename, isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ERROR_ADVICE } from '../src/base/errors.ts';

/** What ended: this process, a page, or another process of Electron. */
export type CrashedPart = 'main' | 'page' | 'child';

export interface Crash {
  readonly part: CrashedPart;
  /** One word of Electron's: "crashed", "oom"; ours for this process: "exception", "rejection". */
  readonly reason: string;
  readonly exitCode: number | null;
  /** Of `child`: "GPU", "Utility". */
  readonly processType: string | null;
  /** Of `main`: what was thrown. */
  readonly error: unknown;
}

/** Of this program and what it runs on. */
export interface CrashContext {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly osRelease: string;
  /** Where the application is: what is in a stack outside of it is named by its last part alone. */
  readonly applicationFolder: string;
}

export interface CrashReport {
  readonly format: 'quantum-lock/crash-report/v1';
  readonly at: string;
  readonly part: CrashedPart;
  readonly reason: string;
  readonly exit_code: number | null;
  readonly process_type: string | null;
  readonly program: Readonly<
    Record<'version' | 'electron' | 'chrome' | 'node' | 'platform' | 'arch' | 'os_release', string>
  >;
  /** What was thrown, and its causes, outermost first. */
  readonly errors: readonly ReportedError[];
}

interface ReportedError {
  readonly name: string;
  readonly code: string | null;
  readonly frames: readonly string[];
}

const CAUSES_MAX = 5;
const FRAMES_MAX = 50;
/** Ours, and Electron's (RenderProcessGoneDetails). */
const REASONS: readonly unknown[] = [
  'exception',
  'rejection',
  'clean-exit',
  'abnormal-exit',
  'killed',
  'crashed',
  'oom',
  'launch-failed',
  'integrity-failure',
  'memory-eviction',
];
const PROCESS_TYPES: readonly unknown[] = [
  'Utility',
  'Zygote',
  'Sandbox helper',
  'GPU',
  'Pepper Plugin',
  'Pepper Plugin Broker',
];
const ERROR_NAME = /^[A-Z][A-Za-z]{0,40}Error$/;
/** Of the system, and of Node. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]{2,15}|ERR_[A-Z_]{1,40})$/;
const FRAME =
  /^ {4}at (?:(?<call>[\w$.<>[\] #]{1,200}) \()?(?<file>[^()\n]{1,1000}):(?<line>\d{1,9}):(?<column>\d{1,9})\)?$/;

/**
 * What is kept of a crash: names, numbers and places in the code, each taken by its form. Everything that a person, a file or another
 * program could have written stays out: messages, arguments, the environment, folders outside of the application.
 */
export function crashReport(crash: Crash, context: CrashContext, now: number): CrashReport {
  const { applicationFolder, osRelease, ...program } = context;
  return {
    format: 'quantum-lock/crash-report/v1',
    at: new Date(now).toISOString(),
    part: crash.part,
    reason: known(REASONS, crash.reason),
    exit_code: crash.exitCode,
    process_type: crash.processType === null ? null : known(PROCESS_TYPES, crash.processType),
    program: { ...program, os_release: osRelease },
    errors: crash.part === 'main' ? reportedErrors(crash.error, applicationFolder) : [],
  };
}

function reportedErrors(thrown: unknown, folder: string): readonly ReportedError[] {
  const errors: ReportedError[] = [];
  for (let error = thrown; error instanceof Error && errors.length < CAUSES_MAX; error = error.cause)
    errors.push({
      name: ERROR_NAME.test(error.name) ? error.name : 'Error',
      code: 'code' in error ? codeOf(error.code) : null,
      frames: framesOf(error, folder),
    });
  return errors;
}

/** A message may look like frames: it is cut off with all that is above it. */
function framesOf({ stack = '', message }: Error, folder: string): readonly string[] {
  const end = message === '' ? 0 : stack.indexOf(message) + message.length;
  if (message !== '' && !stack.includes(message)) return [];
  return stack
    .slice(end)
    .split('\n')
    .flatMap((text) => {
      const { call = '(anonymous)', file = '', line, column } = FRAME.exec(text)?.groups ?? {};
      return file === '' ? [] : [`${call} ${placeOf(file, folder)}:${line}:${column}`];
    })
    .slice(0, FRAMES_MAX);
}

function placeOf(file: string, folder: string): string {
  if (/^node:[a-z0-9_/-]+$/.test(file)) return file;
  const path = pathOf(file);
  const inside = relative(folder, path);
  const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
  return isInside ? inside.split(sep).join('/') : basename(path);
}

function pathOf(file: string): string {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } catch {
    return basename(file);
  }
}

function codeOf(code: unknown): string | null {
  if (typeof code !== 'string') return null;
  return Object.hasOwn(ERROR_ADVICE, code) || SYSTEM_CODE.test(code) ? code : null;
}

function known(words: readonly unknown[], word: string): string {
  return words.includes(word) ? word : 'unknown';
}
