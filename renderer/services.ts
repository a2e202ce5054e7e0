import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query';
import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { StoreApi } from 'zustand/vanilla';

import { defined } from '../src/base/assert.ts';
import type { Client } from './bridge/client.ts';
import { connect, type Connection } from './bridge/connection.ts';
import { handFiles } from './check/hand-files.ts';
import { NamesBeside } from './names/names-beside.ts';
import { openedFile } from './check/opened-file.ts';
import { openedAddress } from './router/opened-address.ts';
import { createRouter, type Router } from './router/router.ts';
import { createAppearance, type Appearance } from './stores/appearance.ts';
import { followNode } from './stores/follow-node.ts';
import { followReads } from './stores/follow-reads.ts';
import { createNodeState, type NodeState } from './stores/node-state.ts';
import { noteWaiting } from './stores/note-waiting.ts';
import { createPageState, type PageState } from './stores/page-state.ts';
import { followTheme } from './stores/preferences.ts';
import { createReadCache } from './stores/read-cache.ts';
import { createVerification, followVerifications, type Verification } from './stores/verification.ts';

/** Everything a screen or a command may use. Made once, handed down, never imported. */
export interface Services {
  readonly client: Client;
  /** What can be read of the node (useRead). */
  readonly reads: RouterUtils<Client>;
  readonly cache: QueryClient;
  readonly connection: Connection;
  readonly router: Router;
  readonly node: StoreApi<NodeState>;
  readonly appearance: StoreApi<Appearance>;
  readonly page: StoreApi<PageState>;
  readonly verification: StoreApi<Verification>;
  readonly names: NamesBeside;
}

export function createServices(): Services {
  const connection = connect();
  const node = createNodeState();
  const cache = createReadCache();
  const page = createPageState();
  const router = createRouter();
  const verification = createVerification();
  followVerifications(connection.client, node, verification);
  followNode(connection, node, (thing) => {
    page.setState({ overlay: null });
    if (thing.kind === 'file') void handFiles({ node, page, router }, [openedFile(thing)]);
    else router.go(openedAddress(thing));
  });
  followReads({ cache, node, connection: connection.state });
  noteWaiting({ node, page, router });
  const appearance = createAppearance();
  followTheme({ client: connection.client, node, appearance });
  return {
    client: connection.client,
    reads: createTanstackQueryUtils(connection.client),
    cache,
    connection,
    router,
    node,
    appearance,
    page,
    verification,
    names: new NamesBeside(),
  };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  return defined(useContext(ServicesContext), 'the services of the page');
}
