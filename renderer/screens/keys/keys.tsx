import type { ReactElement } from 'react';

import { Heading } from '../../parts/heading.tsx';

export function Keys(): ReactElement {
  return <Heading title="Keys" />;
}
