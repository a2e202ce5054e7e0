import type { ReactElement } from 'react';

import { NewKeyForm } from '../../keys/new-key-form.tsx';
import { TaskPane } from '../../parts/task-pane.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';

/** Makes a key on this machine. The chain learns of it only when an administrator adds its member. */
export function CreateKey(): ReactElement {
  const { router } = useServices();
  return (
    <TaskPane back={['keys']} title="New key">
      <NewKeyForm
        button="Create the key"
        busyButton="Creating…"
        onMade={({ key_id }) => router.go(encodeLocation(['keys', key_id]))}
        command={{ command: ['key', 'create'] }}
      />
    </TaskPane>
  );
}
