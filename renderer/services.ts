import { createContext, useContext } from 'react';
import type { StoreApi } from 'zustand/vanilla';

import { defined } from '../src/base/assert.ts';
import type { Client } from './bridge/client.ts';
import { connect, type Connection } from './bridge/connection.ts';
import { NamesBeside } from './names/names-beside.ts';
import { createRouter, type Router } from './router/router.ts';
import { createAppearance, type Appearance } from './stores/appearance.ts';
import { followNode } from './stores/follow-node.ts';
import { createNodeState, type NodeState } from './stores/node-state.ts';
import { noteWaiting } from './stores/note-waiting.ts';
import { createPageState, type PageState } from './stores/page-state.ts';
import { createVerification, type Verification } from './stores/verification.ts';

/** Everything a screen or a command may use. Made once, handed down, never imported. */
export interface Services {
  readonly client: Client;
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
  const page = createPageState();
  const router = createRouter();
  followNode(connection, node);
  noteWaiting({ node, page, router });
  return {
    client: connection.client,
    connection,
    router,
    node,
    appearance: createAppearance(),
    page,
    verification: createVerification(),
    names: new NamesBeside(),
  };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  return defined(useContext(ServicesContext), 'the services of the page');
}
