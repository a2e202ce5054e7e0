import type { InspectionView } from '../../src/api/operator/inspection.ts';
import { useNode } from './use-stores.ts';

/** The file that is looked at; null where it is a node. */
export function useInspection(): InspectionView | null {
  return useNode((state) => state.host?.inspection ?? null);
}
