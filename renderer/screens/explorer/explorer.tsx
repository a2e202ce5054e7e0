import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Explorer(): ReactElement {
  return <Heading title="Explorer" />;
}
