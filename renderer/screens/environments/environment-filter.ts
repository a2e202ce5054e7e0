import {
  environmentOrder,
  environmentStage,
  type EnvironmentOrder,
  type EnvironmentStage,
} from '../../../src/api/chain/environments.ts';

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
  not_green: 'Not Green',
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
