import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Integrity(): ReactElement {
  return <Heading title="Integrity" />;
}
