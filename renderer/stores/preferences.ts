import type { StoreApi } from 'zustand/vanilla';

import type { Preferences, SavedFilter } from '../../src/api/operator/preferences.ts';
import type { Client } from '../bridge/client.ts';
import { showTheme, type Appearance } from './appearance.ts';
import type { NodeState } from './node-state.ts';

/** What the person prefers, as this machine keeps it: a new link clears what the browser stored for the page. */

interface Asked {
  readonly client: Client;
  readonly node: StoreApi<NodeState>;
}

/** Where they cannot be read, it is as if nothing had been chosen. */
export async function readPreferences({ client, node }: Asked): Promise<void> {
  try {
    node.setState({ preferences: await client.operator.preferences() });
  } catch {
    node.setState({ preferences: null });
  }
}

export async function choosePreferences(
  { client, node }: Asked,
  chosen: Partial<Pick<Preferences, 'theme' | 'first_steps_hidden'>>,
): Promise<void> {
  node.setState({ preferences: await client.operator.choosePreferences(chosen) });
}

export async function saveFilter({ client, node }: Asked, filter: SavedFilter): Promise<void> {
  node.setState({ preferences: await client.operator.saveFilter(filter) });
}

export async function forgetFilter({ client, node }: Asked, filter: Pick<SavedFilter, 'list' | 'name'>): Promise<void> {
  node.setState({ preferences: await client.operator.forgetFilter(filter) });
}

/** Shows the theme that was chosen on this machine, and keeps there what is chosen here. */
export function followTheme({
  client,
  node,
  appearance,
}: {
  readonly client: Client;
  readonly node: StoreApi<NodeState>;
  readonly appearance: StoreApi<Appearance>;
}): void {
  node.subscribe(({ preferences: now }, { preferences: before }) => {
    if (now !== before && now !== null && now.theme !== null) showTheme(appearance, now.theme);
  });
  appearance.subscribe(({ choice }, before) => {
    const kept = node.getState().preferences;
    if (choice === before.choice || kept === null || choice === kept.theme) return;
    // Where it cannot be kept it is shown anyway, as long as the browser remembers it.
    choosePreferences({ client, node }, { theme: choice }).catch(() => undefined);
  });
}
