import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Audit(): ReactElement {
  return <Heading title="Audit log" />;
}
