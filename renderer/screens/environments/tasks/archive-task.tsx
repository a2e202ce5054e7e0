import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import { optionalText } from '../../../../src/ledger/actions/fields.ts';
import { TextField } from '../../../parts/text-field.tsx';
import { OpenEnvironment } from './open-environment.tsx';
import { Task } from '../../../signing/task.tsx';

/** Closes an environment permanently. */
export function ArchiveTask({
  environment: { env_id, green },
}: {
  readonly environment: EnvironmentView;
}): ReactElement {
  const [reason, setReason] = useState('');
  return (
    <Task
      next={<OpenEnvironment envId={env_id} />}
      title={`Archive ${env_id}`}
      command={{ command: ['env', 'archive'], options: { id: env_id, reason: reason.trim() || null } }}
      request={{
        kind: 'transaction',
        action: 'archive_environment',
        payload: { env_id, ...optionalText('reason', reason) },
      }}
    >
      <p className="notice warn">
        <b>No more updates or promotions.</b> Its id cannot be used again. Its history, its files and its proofs stay.
        {green === null ? '' : ` Green v${green.version} stays readable.`}
      </p>
      <TextField label="Reason" hint="Written to the chain. Optional." value={reason} onValue={setReason} />
    </Task>
  );
}
