import {
  environmentOrder,
  environmentStage,
  type EnvironmentOrder,
  type EnvironmentStage,
} from '../../../src/api/chain/environments.ts';

/** What of the address narrows and sorts the lanes. */
export const FILTER_NAMES = ['text', 'owner', 'tag', 'stage', 'sort', 'archived'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** What a lane shows. */
export interface EnvironmentFilter {
  readonly text: string;
  readonly owner: string | null;
  readonly tag: string | null;
  readonly stage: EnvironmentStage | null;
  readonly order: EnvironmentOrder;
  readonly archived: boolean;
}

export const STAGE_WORDS: Readonly<Record<EnvironmentStage, string>> = {
  new: 'Never promoted',
  ahead: 'Ahead of Green',
  same: 'Same as Green',
  recalled: 'Recalled',
};

export const ORDER_WORDS: Readonly<Record<EnvironmentOrder, string>> = {
  id: 'By id',
  updated: 'Updated last',
  promoted: 'Promoted last',
};

/** From an address, which anyone may have written: what it does not know counts as not given. */
export function environmentFilterIn(query: URLSearchParams): EnvironmentFilter {
  return {
    text: query.get('text') ?? '',
    owner: query.get('owner'),
    tag: query.get('tag'),
    stage: environmentStage.safeParse(query.get('stage')).data ?? null,
    order: environmentOrder.safeParse(query.get('sort')).data ?? 'id',
    archived: query.get('archived') === 'yes',
  };
}

/** Whether it leaves anything out that is not archived. */
export function isNarrowed({ text, owner, tag, stage }: EnvironmentFilter): boolean {
  return text !== '' || owner !== null || tag !== null || stage !== null;
}

/** The filter of an address, for a link to another place of the same list. */
export function keptFilter(query: URLSearchParams): Readonly<Record<FilterName, string | null>> {
  return Object.fromEntries(FILTER_NAMES.map((name) => [name, query.get(name)])) as Record<FilterName, string | null>;
}
