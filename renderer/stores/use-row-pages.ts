import { useEffect, useState, useSyncExternalStore } from 'react';

import type { Client } from '../bridge/client.ts';
import { useServices } from '../services.ts';
import { createRowPages, type RowPages } from './paged-rows.ts';
import { useConnection, useNode } from './use-stores.ts';

/** Pages of rows that follow the chain, and the connection. */
export function useRowPages<Row>(
  load: (client: Client, before: number, limit: number, signal: AbortSignal) => Promise<readonly Row[]>,
  numberOf: (row: Row) => number,
): RowPages<Row> {
  const { client } = useServices();
  const [pages] = useState(() =>
    createRowPages<Row>({ load: (before, limit, signal) => load(client, before, limit, signal), numberOf }),
  );
  const indexedHeight = useNode((state) => state.indexedHeight);
  const epoch = useConnection((state) => state.epoch);
  useSyncExternalStore(pages.subscribe, pages.version);
  useEffect(() => pages.noteGrowth(), [pages, indexedHeight, epoch]);
  return pages;
}
