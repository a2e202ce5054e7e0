import type { StoreApi } from 'zustand/vanilla';

import { encodeLocation } from '../router/location.ts';
import type { Router } from '../router/router.ts';
import type { NodeState } from '../stores/node-state.ts';
import type { PageState } from '../stores/page-state.ts';
import { handedKind, type HandedKind } from './handed-kind.ts';

/** Where files are checked. */
export const CHECK_PLACE = ['explorer', 'check'];

/** Where approvals are imported. */
const IMPORT_PLACE = encodeLocation(['approvals'], { do: 'import' });

interface Handing {
  readonly node: StoreApi<NodeState>;
  readonly page: StoreApi<PageState>;
  readonly router: Router;
}

/** Gives files to the page to check, and goes where that shows. */
export function checkFiles({ page, router }: Handing, files: readonly File[]): void {
  page.setState({ handed: { id: crypto.randomUUID(), files, to: 'check' } });
  router.go(encodeLocation(CHECK_PLACE));
}

/** Takes files for what they claim to be: approvals are imported, a proposal is opened, anything else is checked. */
export async function handFiles(services: Handing, files: readonly File[]): Promise<void> {
  const { node, page, router } = services;
  // One that cannot be read is checked, which says why.
  const kinds = await Promise.all(
    files.map((file) => handedKind(file).catch((): HandedKind => ({ kind: 'document' }))),
  );
  const [first] = kinds;
  if (kinds.every(({ kind }) => kind === 'approval')) {
    page.setState({ handed: { id: crypto.randomUUID(), files, to: 'import' } });
    router.go(IMPORT_PLACE);
  } else if (first?.kind === 'proposal' && kinds.length === 1) {
    router.go(encodeLocation(['approvals', first.proposal_id]));
  } else if (kinds.some(({ kind }) => kind !== 'chain') || node.getState().host?.host !== 'electron') {
    checkFiles(services, files);
  }
  // The desktop shows a chain in a window of its own (electron/dropped-files.ts).
}
