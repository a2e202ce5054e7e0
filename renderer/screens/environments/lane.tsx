import { useContext, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

import { environmentStageOf, type EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { VirtualList, type RowProps } from '../../parts/virtual-list.tsx';
import { listFilterOf } from '../../router/location.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { TasksOffered } from '../../parts/tasks-offered.ts';
import { useServices } from '../../services.ts';
import { selectedIn, withToggled } from './several/selection.ts';
import { environmentFilterIn, isNarrowed } from './environment-filter.ts';
import type { LaneReading } from './use-lane.ts';
import { isProtected, usePromotionPolicy } from './promotion-policy.ts';
import { Name } from '../../names/name.tsx';
import { useNamesOf } from '../../names/use-alike.ts';

const ROW_HEIGHT = 60;
/** With a line for what people call it and what it is for. */
const FACE_ROW_HEIGHT = 80;
/** On a row: selects it, or no longer. */
export const SELECT_KEY = 'x';
const TITLES = { blue: 'Experimental', green: 'Canonical' } as const;

interface Props {
  readonly zone: 'blue' | 'green';
  readonly lane: LaneReading;
  readonly current: string | undefined;
}

export function Lane({ zone, lane, current }: Props): ReactElement {
  const { router } = useServices();
  const location = useLocation();
  const { query } = location;
  const kept = listFilterOf(query);
  const selected = new Set(selectedIn(location));
  // Both lanes show the same environments; one of them is enough to select from.
  const selects = useContext(TasksOffered) && zone === 'blue';
  const toggle = (envId: string): void => router.go(withToggled(location, envId), { replace: true });
  const filter = environmentFilterIn(query);
  const policyOf = usePromotionPolicy();
  useNamesOf('environment', lane.reading.data?.environments, calledOf);
  return (
    <section className="pane" aria-label={`${zone === 'blue' ? 'Blue' : 'Green'} environments`}>
      <header>
        <span className={`tag ${zone}`}>{zone.toUpperCase()}</span>
        <h2>{TITLES[zone]}</h2>
        <span className="faint">{lane.counts === undefined ? '' : formatCount(lane.counts[zone])}</span>
      </header>
      <ReadingView reading={lane.reading}>
        {({ environments }) =>
          environments.length === 0 ? (
            <p className="lane-empty">
              {emptyWords(zone, { filtered: isNarrowed(filter), hidden: (lane.counts?.[zone] ?? 0) > 0 })}
            </p>
          ) : (
            <VirtualList
              label={`${TITLES[zone]} environments`}
              count={environments.length}
              rowHeight={environments.some(hasFace) ? FACE_ROW_HEIGHT : ROW_HEIGHT}
              keyOf={(index) => environments[index]?.env_id ?? String(index)}
              current={environments.findIndex(({ env_id }) => env_id === current)}
              onNearEnd={lane.readMore}
              renderRow={(index, row) => {
                const environment = environments[index];
                return environment === undefined ? null : (
                  <EnvironmentRow
                    zone={zone}
                    environment={environment}
                    current={environment.env_id === current}
                    row={row}
                    kept={kept}
                    guarded={zone === 'green' && isProtected(policyOf(environment.env_id))}
                    selection={
                      selects
                        ? { isSelected: selected.has(environment.env_id), toggle: () => toggle(environment.env_id) }
                        : null
                    }
                  />
                );
              }}
            />
          )
        }
      </ReadingView>
    </section>
  );
}

function calledOf({ env_id, name }: EnvironmentSummary): { readonly id: string; readonly name: string | null } {
  return { id: env_id, name };
}

function emptyWords(
  zone: 'blue' | 'green',
  { filtered, hidden }: { readonly filtered: boolean; readonly hidden: boolean },
): string {
  if (filtered) return zone === 'green' ? 'Nothing that is Green fits.' : 'No environment fits.';
  if (hidden) return 'All of them are archived. Tick “Archived” to see them.';
  return zone === 'green' ? 'Nothing is promoted yet.' : 'No environments.';
}

function EnvironmentRow({
  zone,
  environment,
  current,
  row,
  kept,
  guarded,
  selection,
}: {
  readonly zone: 'blue' | 'green';
  readonly environment: EnvironmentSummary;
  readonly current: boolean;
  readonly row: RowProps;
  readonly kept: ReturnType<typeof listFilterOf>;
  /** Nobody promotes it alone. */
  readonly guarded: boolean;
  /** Null where nothing can be selected. */
  readonly selection: { readonly isSelected: boolean; readonly toggle: () => void } | null;
}): ReactElement {
  const version = zone === 'blue' ? environment.blue_version : environment.green_version;
  const stateHash = zone === 'blue' ? environment.blue_state_hash : environment.green_state_hash;
  const keys =
    selection === null
      ? {}
      : {
          onKeyDown(event: KeyboardEvent): void {
            if (event.key !== SELECT_KEY || event.altKey || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            selection.toggle();
          },
        };
  return (
    <>
      {selection === null ? null : (
        <input
          type="checkbox"
          className="pick"
          tabIndex={-1}
          aria-label={`Select ${environment.env_id}`}
          checked={selection.isSelected}
          onChange={selection.toggle}
        />
      )}
      <Link
        className="item env"
        to={['environments', environment.env_id]}
        query={kept}
        aria-current={current}
        {...row}
        {...keys}
      >
        <span>
          <b className="clip">
            <Name kind="environment" id={environment.env_id} name={environment.name} byId />
          </b>
          <span className="soft">
            {zone === 'blue' && environmentStageOf(environment) === 'recalled' ? (
              <span className="tag bad">recalled</span>
            ) : null}
            {guarded ? <span className="tag">protected</span> : null} v{version}
          </span>
        </span>
        {hasFace(environment) ? <span className="face clip">{faceOf(environment)}</span> : null}
        <span className="soft">
          <span className="clip">{zone === 'blue' ? blueNote(environment) : greenNote(environment)}</span>
          {stateHash === null ? null : <HashText value={stateHash} />}
        </span>
      </Link>
    </>
  );
}

function hasFace({ name, description }: EnvironmentSummary): boolean {
  return name !== null || description !== null;
}

function faceOf({ name, description }: EnvironmentSummary): string {
  return [name, description].filter((words) => words !== null).join(' · ');
}

function blueNote(environment: EnvironmentSummary): ReactNode {
  const { archived, blue_version, green_version, recalled, rollback } = environment;
  if (archived) return 'archived';
  const stage = environmentStageOf(environment);
  if (stage === 'recalled' && recalled !== null)
    return (
      <>
        v{recalled.version} recalled <Age time={recalled.recalled_at} />
      </>
    );
  if (green_version === null) return rollback === null ? 'never promoted' : 'not Green';
  return stage === 'same' ? 'same as Green' : `${formatCount(blue_version - green_version)} ahead of Green`;
}

function greenNote({ promoted_at, checkpoint_version, merged, rollback }: EnvironmentSummary): ReactNode {
  return (
    <>
      {promoted_at === null ? (
        ''
      ) : (
        <>
          promoted <Age time={promoted_at} />
        </>
      )}
      {rollback === null ? null : (
        <>
          {' '}
          · rolled back <Age time={rollback.at} />
        </>
      )}
      {checkpoint_version === null ? '' : ` · checkpoint ${checkpoint_version}`}
      {merged ? ' · merged' : ''}
    </>
  );
}
