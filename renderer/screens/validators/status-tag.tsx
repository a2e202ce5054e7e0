import type { ReactElement } from 'react';

import type { ValidatorView } from '../../../src/api/chain/members.ts';

export function StatusTag({ status }: { readonly status: ValidatorView['status'] }): ReactElement {
  return status === 'active' ? <span className="tag green">active</span> : <span className="tag">removed</span>;
}
