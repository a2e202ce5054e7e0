import { PASSPHRASE_SIZE_BYTES_MAX } from '../src/base/limits.ts';
import { isRetryable, problemWords, readSecrets } from '../src/node/host/asked-secrets.ts';
import type { SecretAnswer, SecretQuestion } from '../src/node/host/surface.ts';
import type { ElectronApi, MessageEvent, Window } from './electron-api.ts';
import { sealSession } from './lock-down.ts';
import { isSecretContent, SECRET_SCHEME, SECRET_URL, serveSecretPage } from './secret-page.ts';
import { secretWindowOptions } from './window-options.ts';

/** What was typed comes on this channel, from the window's preload. */
export const SECRET_CHANNEL = 'quantum-lock:secret';
/** Without `persist:` it is in memory only. */
const PARTITION = 'quantum-lock-secret';

export interface SecretWindowOptions {
  readonly preloadFile: string;
  readonly currentWindow: () => Window | undefined;
  readonly log: (line: string) => void;
}

interface Open {
  readonly window: Window;
  readonly asked: SecretQuestion;
  /** What is shown now: with what was wrong, after a try. */
  question: SecretQuestion;
  readonly end: (answer: SecretAnswer | null) => void;
}

/**
 * Asks for passphrases in a window of the main process, which the console's page can neither read nor script: its own
 * session, its own preload, no script of its own, nowhere to go. One at a time: a question that arrives while another is on
 * the screen is refused, so that none hides behind another.
 */
export function secretWindow(
  electron: ElectronApi,
  { preloadFile, currentWindow, log }: SecretWindowOptions,
): (question: SecretQuestion, signal: AbortSignal) => Promise<SecretAnswer | null> {
  let open: Open | undefined;
  const session = electron.session.fromPartition(PARTITION);
  sealSession(session, log, isSecretContent);
  session.protocol.handle(
    SECRET_SCHEME,
    serveSecretPage(() => open?.question),
  );
  electron.ipcMain.on(SECRET_CHANNEL, (event, ...args) => {
    if (open === undefined || !isFrom(event, open.window))
      return log('refused an answer that is not from the window that asks');
    const problem = take(open, args);
    if (problem === null) return;
    open.question = { ...open.asked, problem };
    void open.window.loadURL(SECRET_URL);
  });

  return (asked, signal) => {
    const parent = currentWindow();
    if (open !== undefined || signal.aborted || parent === undefined || parent.isDestroyed())
      return Promise.resolve(null);
    const window = new electron.BrowserWindow(secretWindowOptions({ preloadFile, partition: PARTITION }));
    window.removeMenu();
    window.setParentWindow(parent);
    window.webContents.on('will-frame-navigate', (navigation) => navigation.preventDefault());
    window.webContents.on('will-redirect', (navigation) => navigation.preventDefault());
    window.once('ready-to-show', () => window.show());
    return new Promise((resolve) => {
      const end = (answer: SecretAnswer | null): void => {
        if (open?.window !== window) return;
        open = undefined;
        signal.removeEventListener('abort', giveUp);
        resolve(answer);
        if (!window.isDestroyed()) window.destroy();
      };
      const giveUp = (): void => end(null);
      open = { window, asked, question: asked, end };
      window.once('closed', giveUp);
      parent.once('closed', giveUp);
      signal.addEventListener('abort', giveUp);
      window.loadURL(SECRET_URL).catch(giveUp);
    });
  };
}

function isFrom({ sender, senderFrame }: MessageEvent, window: Window): boolean {
  return (
    sender === window.webContents &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.url === SECRET_URL
  );
}

/** Ends the question, or says what was wrong with what was typed. */
function take({ asked, end }: Open, args: readonly unknown[]): string | null {
  const typed = typedIn(args);
  if (typed?.get('decision') !== 'yes') {
    end(null);
    return null;
  }
  try {
    const secrets = readSecrets(asked.asks, (field) => typed.get(field) ?? null);
    end({ secrets, keepUnlocked: asked.mayKeep && typed.get('keep') === 'yes' });
    return null;
  } catch (error) {
    if (isRetryable(error)) return problemWords(error);
    throw error;
  }
}

/** The form's fields; undefined for anything else. */
function typedIn([fields, ...more]: readonly unknown[]): ReadonlyMap<string, string> | undefined {
  if (more.length > 0 || typeof fields !== 'object' || fields === null) return undefined;
  const entries = Object.entries(fields);
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string' && entry[1].length <= PASSPHRASE_SIZE_BYTES_MAX;
  return entries.every(isText) ? new Map(entries) : undefined;
}
