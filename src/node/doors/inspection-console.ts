import { QuantumLockError } from '../../base/errors.ts';
import { Host } from '../host/host.ts';
import { pageSurface } from '../host/surface.ts';
import type { Inspection } from '../inspection/open-inspection.ts';
import { LocalPage } from './page/local-page.ts';
import { serveContract } from './serve-contract.ts';

export interface InspectedHostOptions {
  /** Closed with the host. */
  readonly inspection: Inspection;
  readonly version: string;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

export interface InspectionConsoleOptions extends InspectedHostOptions {
  readonly pageDirectory: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * A host on a file: its chain for reading, no key, no socket, and no window that confirms. What was verified while the file was
 * laid out counts as the check of its chain. On a failure the inspection is closed too.
 */
export async function openInspectedHost(
  { inspection, version, now, log }: InspectedHostOptions,
  surface = pageSurface({ confirmUrl: () => null, makeLink: () => null }),
): Promise<Host> {
  let host: Host | null = null;
  try {
    host = await Host.open({
      dataDirectory: inspection.dataDirectory,
      surface,
      version,
      mode: 'read',
      passphrase: null,
      now,
      log,
      openDoor: null,
      inspection,
    });
    const { problem } = host;
    if (problem !== null) throw QuantumLockError.fromFailure(problem);
    host.node.recordVerification({ height: inspection.head.height, time: now(), ok: true });
    return host;
  } catch (error) {
    await host?.close();
    inspection.close();
    throw error;
  }
}

/** The console's page on a file, with an origin and links of its own, beside whatever else runs. */
export class InspectionConsole {
  readonly host: Host;
  /** Signs one browser in, once. */
  readonly link: string;
  readonly #page: LocalPage;
  readonly #inspection: Inspection;

  private constructor(host: Host, page: LocalPage, inspection: Inspection) {
    this.host = host;
    this.#page = page;
    this.#inspection = inspection;
    this.link = page.makeLink();
  }

  /** @throws SYSTEM_DEPENDENCY where the port is taken or the page is not built, and what keeps the chain from opening */
  static async open(options: InspectionConsoleOptions): Promise<InspectionConsole> {
    const host = await openInspectedHost(options);
    const contract = serveContract(host);
    const page = new LocalPage({
      pageDirectory: options.pageDirectory,
      onConnection: (socket, session) => contract.socket(socket, { door: 'page', asker: session }),
    });
    try {
      await page.listen(options.port);
      return new InspectionConsole(host, page, options.inspection);
    } catch (error) {
      await host.close();
      options.inspection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.host.close();
    this.#inspection.close();
  }
}
