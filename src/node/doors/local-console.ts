import { QuantumLockError } from '../../base/errors.ts';
import { INSPECTIONS_OPEN_MAX } from '../../base/limits.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { ConfirmServer } from './confirm/server.ts';
import { createSigningCode } from './confirm/signing-code.ts';
import { rememberedPort, rememberPort } from './page/console-port.ts';
import { Host } from '../host/host.ts';
import type { Inspection } from '../inspection/open-inspection.ts';
import { InspectionConsole } from './inspection-console.ts';
import { LocalPage } from './page/local-page.ts';
import { pageSurface } from '../host/surface.ts';
import { serveContract } from './serve-contract.ts';
import { DirectoryDoor } from './socket/directory-door.ts';

export interface LocalConsoleOptions {
  readonly dataDirectory: string;
  readonly pageDirectory: string;
  readonly version: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly passphrase: string | null;
  /** Folders that the page may look into from the start. */
  readonly folders: readonly string[];
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
  readonly #files: readonly InspectionConsole[];

  private constructor(parts: {
    readonly host: Host;
    readonly page: LocalPage;
    readonly confirm: ConfirmServer;
    readonly signingCode: string;
    /** Those that are shown beside the chain, as they come. */
    readonly files: readonly InspectionConsole[];
  }) {
    this.host = parts.host;
    this.#page = parts.page;
    this.#confirm = parts.confirm;
    this.#files = parts.files;
    this.link = parts.page.makeLink();
    this.signingCode = parts.signingCode;
  }

  static async open(options: LocalConsoleOptions): Promise<LocalConsole> {
    const signingCode = createSigningCode();
    const confirm = new ConfirmServer({
      desk: () => host.desk,
      deeds: () => host.deeds,
      signingCode,
      storedPassphrase: () => readGeneratedPassphrase(host.dataDirectory),
      clock: options.now,
      onError: (error) =>
        options.log(`confirming window: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    });
    // Neither is reached before it listens.
    const page = new LocalPage({
      pageDirectory: options.pageDirectory,
      onConnection: (socket, session) => contract.socket(socket, { door: 'page', asker: session }),
    });
    const files: InspectionConsole[] = [];
    const host: Host = await Host.open({
      dataDirectory: options.dataDirectory,
      surface: pageSurface({
        confirmUrl: (id) => confirm.confirmUrl(id),
        makeLink: () => (page.port === 0 ? null : { url: page.makeLink(), public_url: page.publicAddress }),
        showFile: (inspection) => showFile(files, inspection, options),
      }),
      version: options.version,
      mode: 'full',
      passphrase: options.passphrase,
      now: options.now,
      log: options.log,
      openDoor: (served) => DirectoryDoor.open(served),
    });
    const contract = serveContract(host);
    try {
      for (const folder of options.folders) host.folders.grant(folder);
      await confirm.listen();
      await listen(page, options);
      return new LocalConsole({ host, page, confirm, signingCode, files });
    } catch (error) {
      await confirm.close();
      await host.close();
      throw error;
    }
  }

  /** Says how to get a link, to anyone who asks on this machine. */
  get publicAddress(): string {
    return this.#page.publicAddress;
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.#confirm.close();
    await this.host.close();
    for (const file of this.#files) await file.close();
  }
}

/** @throws LIMIT_EXCEEDED, SYSTEM_DEPENDENCY */
async function showFile(
  files: InspectionConsole[],
  inspection: Inspection,
  { version, pageDirectory, now, log }: LocalConsoleOptions,
): Promise<string> {
  if (files.length >= INSPECTIONS_OPEN_MAX) {
    inspection.close();
    throw new QuantumLockError('LIMIT_EXCEEDED', `${INSPECTIONS_OPEN_MAX} files are shown already`, {
      advice: 'They are closed with this console. Show another from a terminal: `dm inspect FILE --console`.',
    });
  }
  const shown = await InspectionConsole.open({ inspection, version, pageDirectory, port: 0, now, log });
  files.push(shown);
  return shown.link;
}

/** On the port that is asked for, or on that of last time where it is free: then the public address stays as it was. */
async function listen(page: LocalPage, { port, dataDirectory, log }: LocalConsoleOptions): Promise<void> {
  const last = rememberedPort(dataDirectory);
  if (port === 0 && last !== null) {
    try {
      return await page.listen(last);
    } catch (error) {
      if (!(error instanceof QuantumLockError)) throw error;
      log(`Port ${last}, which this console had last time, is taken: it gets another one this time.`);
      return page.listen(0);
    }
  }
  await page.listen(port);
  rememberPort(dataDirectory, page.port);
}
