import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Overview(): ReactElement {
  return <Heading title="Overview" />;
}
