import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import { Field } from '../../../parts/field.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useSettled } from '../../../stores/use-settled.ts';
import { OpenEnvironment } from './open-environment.tsx';
import { Task } from '../../../signing/task.tsx';
import { Name } from '../../../names/name.tsx';

const STRATEGIES = ['weighted_average', 'combine', 'prefer_target', 'prefer_sources', 'manual'] as const;
const SOURCES_SHOWN_MAX = 100;
const TYPING_PAUSE_MS = 150;

/** A source, with the version that was listed. */
interface Source {
  readonly env_id: string;
  readonly blue_version: number;
}

/** Records that this environment's next version was made from others. */
export function MergeTask({ environment: { env_id, blue } }: { readonly environment: EnvironmentView }): ReactElement {
  const { reads } = useServices();
  const [sources, setSources] = useState<readonly Source[]>([]);
  const [strategy, setStrategy] = useState<string>(STRATEGIES[0]);
  const [text, setText] = useState('');
  const wanted = useSettled(text, TYPING_PAUSE_MS);
  const found = useRead(
    reads.chain.environments.queryOptions({
      input: { zone: 'blue', limit: SOURCES_SHOWN_MAX, ...(wanted === '' ? {} : { text: wanted }) },
      // A key that no block makes old: a source counts with the version that was listed when it was chosen.
      queryKey: ['sources of a merge', wanted],
    }),
    { keep: true },
  );
  const names = sources.map((each) => each.env_id);
  const isChosen = (id: string): boolean => names.includes(id);
  const toggle = (source: Source): void =>
    setSources(
      isChosen(source.env_id) ? sources.filter(({ env_id: id }) => id !== source.env_id) : [...sources, source],
    );
  return (
    <Task
      next={<OpenEnvironment envId={env_id} />}
      title={`Merge into ${env_id}`}
      command={{
        command: ['env', 'merge'],
        options: { sources: names.join(',') || 'A,B', target: env_id, strategy },
      }}
      request={
        sources.length === 0
          ? { missing: 'Choose what is merged into it.' }
          : {
              kind: 'transaction',
              action: 'merge_environments',
              payload: {
                source_envs: names,
                source_versions: sources.map((each) => each.blue_version),
                target_env: env_id,
                base_version: blue.version,
                merge_strategy: strategy,
              },
            }
      }
    >
      <p className="soft">
        Records the lineage: v{blue.version + 1} of {env_id} keeps the content that it has now, and names the sources it
        came from. Update it from a directory first if the merged files are not in it yet.
      </p>
      <fieldset className="stack">
        <legend>Sources {sources.length === 0 ? '' : `· ${names.join(', ')}`}</legend>
        <input
          className="input"
          type="search"
          aria-label="Filter the sources"
          placeholder="Filter by id or name"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <ReadingView reading={found}>
          {({ environments }) => (
            <ul className="source-list">
              {environments
                .filter((each) => each.env_id !== env_id)
                .map((each) => (
                  <li key={each.env_id}>
                    <label className="check">
                      <input
                        type="checkbox"
                        checked={isChosen(each.env_id)}
                        onChange={() => toggle({ env_id: each.env_id, blue_version: each.blue_version })}
                      />
                      <Name kind="environment" id={each.env_id} name={each.name} byId />{' '}
                      <span className="faint">v{each.blue_version}</span>
                    </label>
                  </li>
                ))}
            </ul>
          )}
        </ReadingView>
      </fieldset>
      <Field label="Strategy" hint="How the merge was made: recorded with it.">
        {(control) => (
          <select {...control} className="input" value={strategy} onChange={(event) => setStrategy(event.target.value)}>
            {STRATEGIES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
    </Task>
  );
}
