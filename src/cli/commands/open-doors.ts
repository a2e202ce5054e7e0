import { API_PATH } from '../../api/http/api-path.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { TLS_FILE_SIZE_BYTES_MAX } from '../../base/network-limits.ts';
import type { HttpDoor } from '../../node/doors/http/http-door.ts';
import type { MonitorDoor } from '../../node/doors/http/monitor-door.ts';
import type { Host } from '../../node/host/host.ts';
import type { HttpFigures } from '../../node/monitoring/prometheus.ts';
import { readInputText } from '../../node/read-input-file.ts';

/** How the API over HTTP is opened, as it is said at the command line. */
export interface ApiOptions {
  readonly port?: number;
  readonly address?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly hostName: readonly string[];
  readonly allowOrigin: readonly string[];
  readonly logRequests: boolean;
  readonly metricsPort?: number;
}

export interface OpenedDoors {
  /** Where each is reached, for those that are open. */
  readonly addresses: { readonly api?: string; readonly metrics?: string };
  close(): Promise<void>;
}

/** What is asked for, of the API and of the door for supervisors. @throws USAGE, SYSTEM_DEPENDENCY, INPUT_INVALID */
export async function openDoors(host: Host, options: ApiOptions, note: (line: string) => void): Promise<OpenedDoors> {
  const api = await openApi(host, options, note);
  let monitor: MonitorDoor | null = null;
  try {
    monitor = await openMonitor(host, options.metricsPort, api);
  } catch (error) {
    await api?.close();
    throw error;
  }
  return {
    addresses: {
      ...(api === null ? {} : { api: `${api.origin}${API_PATH}` }),
      ...(monitor === null ? {} : { metrics: `http://127.0.0.1:${monitor.port}/metrics` }),
    },
    close: async () => {
      await api?.close();
      await monitor?.close();
    },
  };
}

async function openMonitor(host: Host, port: number | undefined, api: HttpDoor | null): Promise<MonitorDoor | null> {
  if (port === undefined) return null;
  const { MonitorDoor: Door } = await import('../../node/doors/http/monitor-door.ts');
  const http = (): HttpFigures | null =>
    api === null ? null : { ...api.record.counts, logInFailures: api.desk.failureCount };
  return Door.open({ host, port, http });
}

/** Null where no port is given. @throws USAGE, SYSTEM_DEPENDENCY, INPUT_INVALID */
async function openApi(
  host: Host,
  { port, address, tlsCert, tlsKey, hostName, allowOrigin, logRequests }: ApiOptions,
  note: (line: string) => void,
): Promise<HttpDoor | null> {
  if (port === undefined) {
    if (
      address !== undefined ||
      tlsCert !== undefined ||
      tlsKey !== undefined ||
      hostName.length + allowOrigin.length > 0
    )
      throw new QuantumLockError('USAGE', 'the API is not opened without a port', { advice: 'Add --port.' });
    return null;
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new QuantumLockError('USAGE', 'a certificate and its key go together', {
      advice: 'Give both --tls-cert and --tls-key.',
    });
  const tls = tlsCert === undefined || tlsKey === undefined ? null : { certificate: pem(tlsCert), key: pem(tlsKey) };
  // Its packages are loaded where it is asked for: no other command waits for them.
  const { HttpDoor: Door } = await import('../../node/doors/http/http-door.ts');
  return Door.open({
    host,
    address: address ?? null,
    port,
    tls,
    hostNames: hostName,
    origins: allowOrigin,
    log: logRequests ? note : (): void => undefined,
  });
}

function pem(path: string): Buffer {
  return Buffer.from(readInputText(path, TLS_FILE_SIZE_BYTES_MAX));
}
