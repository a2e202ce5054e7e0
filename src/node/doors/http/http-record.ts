/** How requests ended: counted, and the newest refusals kept for the operator. No part of it is a secret. */

export interface HttpRefusal {
  readonly at: number;
  readonly status: number;
  readonly code: string;
  readonly method: string;
  /** Without the query, which may hold what somebody looked for. */
  readonly path: string;
  readonly address: string;
  readonly member_id: string | null;
}

export interface HttpCounts {
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
}

const REFUSALS_KEPT = 200;
const PATH_LENGTH_MAX = 200;

export class HttpRecord {
  readonly #refusals: HttpRefusal[] = [];
  #requests = 0;
  #refused = 0;
  #failed = 0;

  note(request: Omit<HttpRefusal, 'code'> & { readonly code: string | null }): void {
    this.#requests += 1;
    if (request.status < 400) return;
    if (request.status >= 500) this.#failed += 1;
    else this.#refused += 1;
    this.#refusals.push({ ...request, code: request.code ?? '', path: request.path.slice(0, PATH_LENGTH_MAX) });
    if (this.#refusals.length > REFUSALS_KEPT) this.#refusals.shift();
  }

  get counts(): HttpCounts {
    return { requests: this.#requests, refused: this.#refused, failed: this.#failed };
  }

  /** Newest first. */
  get refusals(): readonly HttpRefusal[] {
    return this.#refusals.toReversed();
  }
}
