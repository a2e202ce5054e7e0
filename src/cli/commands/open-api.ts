import { API_PATH } from '../../api/http/api-path.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { TLS_FILE_SIZE_BYTES_MAX } from '../../base/network-limits.ts';
import type { Host } from '../../node/host/host.ts';
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
}

export interface OpenedApi {
  /** Where clients reach it. */
  readonly address: string;
  close(): Promise<void>;
}

/** Null where no port is given. @throws USAGE, SYSTEM_DEPENDENCY, INPUT_INVALID */
export async function openApi(
  host: Host,
  { port, address, tlsCert, tlsKey, hostName, allowOrigin, logRequests }: ApiOptions,
  note: (line: string) => void,
): Promise<OpenedApi | null> {
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
  const { HttpDoor } = await import('../../node/doors/http/http-door.ts');
  const door = await HttpDoor.open({
    host,
    address: address ?? null,
    port,
    tls,
    hostNames: hostName,
    origins: allowOrigin,
    log: logRequests ? note : (): void => undefined,
  });
  return { address: `${door.origin}${API_PATH}`, close: () => door.close() };
}

function pem(path: string): Buffer {
  return Buffer.from(readInputText(path, TLS_FILE_SIZE_BYTES_MAX));
}
