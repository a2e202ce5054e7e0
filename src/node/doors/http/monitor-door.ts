import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HTTP_HEAD_SIZE_BYTES_MAX, HTTP_REQUEST_TIMEOUT_MS } from '../../../base/network-limits.ts';
import type { Host } from '../../host/host.ts';
import { PrometheusFigures, type HttpFigures } from '../../monitoring/prometheus.ts';
import { isPublicHost } from '../loopback-door.ts';
import { LoopbackListener } from '../loopback-listener.ts';

export interface MonitorOptions {
  readonly host: Host;
  /** 0 takes a free port. */
  readonly port: number;
  /** What the API counted; null where none is open. */
  readonly http: () => HttpFigures | null;
}

/**
 * What a supervisor and a collector of metrics ask, on a port of loopback of its own: whether the process lives, whether the node can
 * do its work, and its figures. It tells no more than figures, and takes nothing.
 */
export class MonitorDoor {
  readonly #options: MonitorOptions;
  readonly #figures: PrometheusFigures;
  readonly #server: Server;
  readonly #listener: LoopbackListener;
  #port = 0;

  private constructor(options: MonitorOptions) {
    this.#options = options;
    const { host, http } = options;
    this.#figures = new PrometheusFigures({
      version: host.options.version,
      status: () => host.node.status(),
      stats: () => host.node.stats(),
      http,
    });
    const limits = {
      requestTimeout: HTTP_REQUEST_TIMEOUT_MS,
      headersTimeout: HTTP_REQUEST_TIMEOUT_MS,
      maxHeaderSize: HTTP_HEAD_SIZE_BYTES_MAX,
    };
    this.#server = createServer(limits, (request, response) => void this.#respond(request, response));
    this.#listener = new LoopbackListener((socket) => {
      socket.on('error', () => socket.destroy());
      this.#server.emit('connection', socket);
    });
  }

  /** @throws SYSTEM_DEPENDENCY */
  static async open(options: MonitorOptions): Promise<MonitorDoor> {
    const door = new MonitorDoor(options);
    door.#port = await door.#listener.listenFor(door.#server, options.port);
    return door;
  }

  get port(): number {
    return this.#port;
  }

  async close(): Promise<void> {
    const closed = this.#listener.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isPublicHost(request.headers.host, this.#port)) return end(response, 421, { error: 'another host' });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return end(response, 405, { error: 'asked for with GET' });
    }
    switch (request.url) {
      case '/livez':
        return end(response, 200, { alive: true });
      case '/readyz':
        return this.#readiness(response);
      case '/metrics':
        return this.#metrics(response);
      default:
        return end(response, 404, { error: 'there are /livez, /readyz and /metrics' });
    }
  }

  /** Not ready where nothing can be submitted or read: with the alerts that say why. */
  async #readiness(response: ServerResponse): Promise<void> {
    const { host } = this.#options;
    if (host.problem !== null) return end(response, 503, { ready: false, reasons: [host.problem.code] });
    try {
      const { health, alerts } = await host.node.status();
      const reasons = alerts.filter(({ severity }) => severity === 'critical').map(({ code }) => code);
      end(response, health === 'failed' ? 503 : 200, { ready: health !== 'failed', reasons });
    } catch {
      end(response, 503, { ready: false, reasons: ['NODE_FAILED'] });
    }
  }

  async #metrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.#figures.text();
      response.writeHead(200, { 'Content-Type': this.#figures.contentType, 'Cache-Control': 'no-store' }).end(text);
    } catch {
      end(response, 503, { error: 'the node does not answer' });
    }
  }
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
