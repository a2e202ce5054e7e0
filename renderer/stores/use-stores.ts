import { useStore } from 'zustand';

import type { ConnectionState } from '../bridge/connection.ts';
import type { Location } from '../router/location.ts';
import { useServices } from '../services.ts';
import type { NodeState } from './node-state.ts';

export function useNode<T>(select: (state: NodeState) => T): T {
  return useStore(useServices().node, select);
}

export function useConnection<T>(select: (state: ConnectionState) => T): T {
  return useStore(useServices().connection.state, select);
}

export function useLocation(): Location {
  return useStore(useServices().router.location);
}
