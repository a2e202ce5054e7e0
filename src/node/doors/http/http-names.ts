/** The names by which a node is reached over HTTP, and the pages that may call it. */
export interface HttpNames {
  /** Whether a request's Host is this node: another is a name that somebody pointed here (DNS rebinding). */
  readonly isOwnHost: (host: string | undefined) => boolean;
  /** Whether an origin is this node: what members sign when they log in. */
  readonly isOwnOrigin: (origin: string) => boolean;
  /** Whether a page of this origin may call. */
  readonly mayCall: (origin: string) => boolean;
}

export function httpNames({
  scheme,
  port,
  hosts,
  origins,
}: {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Names and addresses, without a port. */
  readonly hosts: readonly string[];
  /** Origins of pages elsewhere that may call. */
  readonly origins: readonly string[];
}): HttpNames {
  const own = new Set(hosts.map((host) => new URL(`${scheme}://${host}:${port}/`)));
  const ownHosts = new Set([...own].map(({ host }) => host));
  const ownOrigins = new Set([...own].map(({ origin }) => origin));
  const others = new Set(origins);
  return {
    isOwnHost: (host) => host !== undefined && ownHosts.has(host.toLowerCase()),
    isOwnOrigin: (origin) => ownOrigins.has(origin.toLowerCase()),
    mayCall: (origin) => ownOrigins.has(origin) || others.has(origin),
  };
}
