import type { ClientContext, ClientLink } from '@orpc/client';

/** One open way to the host. It is used until `closed` settles; then another must be opened. */
export interface Channel {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
}

export type OpenChannel = () => Promise<Channel>;

/** Why the host let this page not in: it holds no secret of this run, another run has the port, or something else has. */
export type Refusal = 'signed_out' | 'restarted' | 'impostor';

/** The host answered, and said no: trying again cannot help until the person opens the right address. */
export class ChannelRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('the host refused this page');
    this.name = 'ChannelRefused';
    this.refusal = refusal;
  }
}
