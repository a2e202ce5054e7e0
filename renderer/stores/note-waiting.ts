import type { StoreApi } from 'zustand/vanilla';

import type { Router } from '../router/router.ts';
import type { NodeState } from './node-state.ts';
import type { PageState } from './page-state.ts';
import { actingMemberId, waitsFor } from './waits-for.ts';

interface Watched {
  readonly node: StoreApi<NodeState>;
  readonly page: StoreApi<PageState>;
  readonly router: Router;
}

/**
 * Calls the person when a proposal begins to wait for them. What waited when the page was opened, or when another identity
 * was chosen, is in the list and calls nobody.
 */
export function noteWaiting({ node, page, router }: Watched): void {
  let known: { readonly memberId: string; readonly ids: ReadonlySet<string> } | null = null;
  node.subscribe((state, previous) => {
    if (state.proposals === previous.proposals && state.keys === previous.keys) return;
    const memberId = actingMemberId(state);
    if (state.proposals === null || memberId === null) return;
    const mine = state.proposals.rows.filter((row) => waitsFor(row, memberId));
    const ids = new Set<string>(mine.map(({ proposal_id }) => proposal_id));
    const before = known;
    known = { memberId, ids };
    const [screen] = router.location.getState().segments;
    // The list of approvals shows it by itself.
    const fresh =
      before === null || before.memberId !== memberId || screen === 'approvals'
        ? []
        : mine.filter(({ proposal_id }) => !before.ids.has(proposal_id));
    const kept = page.getState().calls.filter(({ proposalId }) => ids.has(proposalId));
    page.setState({ calls: [...fresh.map(({ proposal_id: proposalId, title }) => ({ proposalId, title })), ...kept] });
  });
  router.location.subscribe(({ segments: [screen] }) => {
    if (screen === 'approvals') page.setState({ calls: [] });
  });
}
