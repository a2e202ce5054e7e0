import type { ClientContext, ClientLink } from '@orpc/client';

/** One open way to the host. It is used until `closed` settles; then another must be opened. */
export interface Channel {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
}

export type OpenChannel = () => Promise<Channel>;

/** The host answered, and said no: trying again cannot help until the person opens the right address. */
export class ChannelRefused extends Error {
  constructor() {
    super('the host refused this page');
    this.name = 'ChannelRefused';
  }
}
