import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Environments(): ReactElement {
  return <Heading title="Environments" />;
}
