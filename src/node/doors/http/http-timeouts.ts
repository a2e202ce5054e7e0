import { HTTP_HEARTBEAT_MS, HTTP_IDLE_TIMEOUT_MS, HTTP_REQUEST_TIMEOUT_MS } from '../../../base/network-limits.ts';

/** How long a client is waited for. Tests wait less. */
export interface HttpTimeouts {
  readonly requestMs: number;
  readonly idleMs: number;
  readonly heartbeatMs: number;
}

export const HTTP_TIMEOUTS: HttpTimeouts = {
  requestMs: HTTP_REQUEST_TIMEOUT_MS,
  idleMs: HTTP_IDLE_TIMEOUT_MS,
  heartbeatMs: HTTP_HEARTBEAT_MS,
};
