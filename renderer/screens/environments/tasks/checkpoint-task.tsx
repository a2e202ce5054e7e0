import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import { TextField } from '../../../parts/text-field.tsx';
import { Hash } from '../../../parts/hash.tsx';
import { Link } from '../../../parts/link.tsx';
import { OpenEnvironment } from './open-environment.tsx';
import { Task } from '../../../signing/task.tsx';

/** Names what Green is now, permanently. */
export function CheckpointTask({
  environment: { env_id, green, checkpoint },
}: {
  readonly environment: EnvironmentView;
}): ReactElement {
  const [label, setLabel] = useState('');
  if (green === null) return <p className="notice">Nothing of it is Green: only what is Green can be checkpointed.</p>;
  const wanted = label.trim();
  return (
    <Task
      next={<OpenEnvironment envId={env_id} />}
      title={`Checkpoint Green v${green.version}`}
      command={{ command: ['env', 'checkpoint'], options: { id: env_id, version: wanted || 'LABEL' } }}
      request={
        wanted === ''
          ? { missing: 'Enter the version label.' }
          : {
              kind: 'transaction',
              action: 'checkpoint_state',
              payload: { env_id, checkpoint_hash: green.state_hash, green_version: green.version, version: wanted },
            }
      }
    >
      <p className="soft">
        Marks state <Hash value={green.state_hash} what="Green state hash" /> under a label of your own, to find it and
        to <Link to={['recovery']}>roll back to it</Link> later.
        {checkpoint === null ? '' : ` The newest checkpoint is ${checkpoint.version}.`}
      </p>
      <TextField label="Version label" hint="Such as 1.2.0" value={label} onValue={setLabel} />
    </Task>
  );
}
