import type { ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';

const TONES = { active: 'green', suspended: 'warn', removed: '' } as const;

export function MemberStatus({ status }: { readonly status: MemberView['status'] }): ReactElement {
  return <span className={`tag ${TONES[status]}`}>{status}</span>;
}
