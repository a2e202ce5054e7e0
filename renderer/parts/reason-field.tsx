import type { ComponentProps, ReactElement } from 'react';

import { ProseField } from './prose-field.tsx';

/** Why something is done. */
export function ReasonField(props: Omit<ComponentProps<typeof ProseField>, 'label'>): ReactElement {
  return <ProseField label="Reason" {...props} />;
}
