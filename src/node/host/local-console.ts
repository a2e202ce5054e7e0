import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { ConfirmServer } from '../signing/confirm-server.ts';
import { createSigningCode } from '../signing/signing-code.ts';
import { Host } from './host.ts';
import { LocalPage } from './local-page.ts';
import { hostRouter } from './router.ts';

export interface LocalConsoleOptions {
  readonly dataDirectory: string;
  readonly pageDirectory: string;
  readonly version: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly passphrase: string | null;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** The console on a machine without Electron: the host, its page on loopback, and the window that confirms signatures. */
export class LocalConsole {
  readonly host: Host;
  /** Signs one browser in, once. */
  readonly link: string;
  /** What a person types to sign with a key that has no passphrase of their own. Printed on the terminal only. */
  readonly signingCode: string;
  readonly #page: LocalPage;
  readonly #confirm: ConfirmServer;

  private constructor(parts: {
    readonly host: Host;
    readonly page: LocalPage;
    readonly confirm: ConfirmServer;
    readonly signingCode: string;
  }) {
    this.host = parts.host;
    this.#page = parts.page;
    this.#confirm = parts.confirm;
    this.link = parts.page.makeLink();
    this.signingCode = parts.signingCode;
  }

  static async open(options: LocalConsoleOptions): Promise<LocalConsole> {
    const signingCode = createSigningCode();
    const handler = new RPCHandler(hostRouter);
    const serve = (socket: WebSocket): void => void handler.upgrade(socket, { context: { host } });
    const confirm = new ConfirmServer({
      desk: () => host.desk,
      signingCode,
      storedPassphrase: () => readGeneratedPassphrase(host.dataDirectory),
      clock: options.now,
      onError: (error) =>
        options.log(`confirming window: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    });
    const host: Host = await Host.open({
      dataDirectory: options.dataDirectory,
      surface: { kind: 'local_page', confirmUrl: (reviewId) => confirm.confirmUrl(reviewId) },
      version: options.version,
      mode: 'full',
      passphrase: options.passphrase,
      now: options.now,
      log: options.log,
      serveSocket: serve,
    });
    const page = new LocalPage({
      pageDirectory: options.pageDirectory,
      port: options.port,
      onConnection: serve,
    });
    try {
      await confirm.listen();
      await page.listen();
      return new LocalConsole({ host, page, confirm, signingCode });
    } catch (error) {
      await confirm.close();
      await host.close();
      throw error;
    }
  }

  /** Says how to get a link, to whoever asks on this machine. */
  get publicAddress(): string {
    return this.#page.publicAddress;
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.#confirm.close();
    await this.host.close();
  }
}
