import { useState, type ReactElement, type SyntheticEvent } from 'react';

import type { RecoveryPoint, RollbackAim } from '../../../../src/api/chain/recovery.ts';
import { Field } from '../../../parts/field.tsx';
import { MomentFields } from '../../../parts/moment-fields.tsx';
import { decodeMoment, momentQuery } from '../../../router/moment.ts';
import type { QueryValues } from '../../../router/location.ts';

/** The same target typed: a height, a time, or a checkpoint. */
export function AimFields({
  query,
  points,
  onAim,
}: {
  readonly query: URLSearchParams;
  readonly points: readonly RecoveryPoint[];
  readonly onAim: (aim: RollbackAim) => void;
}): ReactElement {
  const [moment, setMoment] = useState<QueryValues>(() => momentQuery(query));
  const labelled = points.filter(
    ({ kind, label, env_id }) => kind === 'checkpoint' && label !== null && env_id !== null,
  );
  const chosen = `${query.get('env') ?? ''} ${query.get('checkpoint') ?? ''}`;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const typed = decodeMoment(
      new URLSearchParams(
        Object.entries(moment).flatMap(([name, value]) =>
          value === null || value === undefined ? [] : [[name, String(value)]],
        ),
      ),
    );
    if (typed !== undefined) onAim(typed);
  };
  return (
    <form className="row aim-fields" onSubmit={submit}>
      <MomentFields moment={moment} onMoment={setMoment} />
      <button type="submit" className="button">
        Show
      </button>
      {labelled.length === 0 ? null : (
        <Field label="or at a checkpoint">
          {(control) => (
            <select
              {...control}
              className="input"
              value={chosen}
              onChange={(event) => {
                const point = labelled.find((each) => `${each.env_id} ${each.label}` === event.target.value);
                const { env_id = null, label = null } = point ?? {};
                if (env_id !== null && label !== null) onAim({ env_id, checkpoint: label });
              }}
            >
              <option value=" ">Choose…</option>
              {labelled.toReversed().map(({ env_id, label, log_index, position }) => (
                <option key={`${log_index} ${position}`} value={`${env_id} ${label}`}>
                  {env_id} · {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </form>
  );
}
