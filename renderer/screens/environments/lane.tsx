import { useContext, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

import { environmentStageOf, type EnvironmentSummary } from '../../../src/api/chain/environments.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { TallList } from '../../parts/tall-list.tsx';
import { TasksOffered } from '../../parts/tasks-offered.ts';
import type { RowProps } from '../../parts/virtual-list.tsx';
import { encodeLocation, listFilterOf } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useLocation } from '../../stores/use-stores.ts';
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
const SELECT_KEY = 'x';
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
  // Both lanes show the same environments; one of them is enough to select from.
  const selects = useContext(TasksOffered) && zone === 'blue';
  const selected = new Set(selectedIn(location));
  const filter = environmentFilterIn(query);
  const policyOf = usePromotionPolicy();
  useNamesOf('environment', lane.reading.data?.environments, calledOf);
  // Once a row has one, all have its height: what is read next does not move what is in sight.
  const [isFaced, setIsFaced] = useState(false);
  if (!isFaced && lane.reading.data?.environments.some(hasFace) === true) setIsFaced(true);
  return (
    <section className="pane" aria-label={`${zone === 'blue' ? 'Blue' : 'Green'} environments`}>
      <header>
        <span className={`tag ${zone}`}>{zone.toUpperCase()}</span>
        <h2>{TITLES[zone]}</h2>
        <span className="faint">{lane.counts === undefined ? '' : formatCount(lane.counts[zone])}</span>
      </header>
      <ReadingView reading={lane.reading}>
        {({ total }) =>
          total === 0 ? (
            <p className="lane-empty">
              {emptyWords(zone, { filtered: isNarrowed(filter), hidden: (lane.counts?.[zone] ?? 0) > 0 })}
            </p>
          ) : (
            <TallList
              label={`${TITLES[zone]} environments`}
              count={total}
              rowHeight={isFaced ? FACE_ROW_HEIGHT : ROW_HEIGHT}
              current={lane.current}
              topKey={lane.list}
              onRange={lane.want}
              renderRow={(place, row) => {
                const environment = lane.row(place);
                return (
                  <EnvironmentRow
                    zone={zone}
                    environment={environment}
                    current={environment !== undefined && environment.env_id === current}
                    row={row}
                    kept={kept}
                    guarded={zone === 'green' && environment !== undefined && isProtected(policyOf(environment.env_id))}
                    selection={
                      selects && environment !== undefined
                        ? {
                            isSelected: selected.has(environment.env_id),
                            toggle: () => router.go(withToggled(location, environment.env_id), { replace: true }),
                          }
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

/** A row has its place in the list, and keeps the focus, while it is being read as well. */
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
  readonly environment: EnvironmentSummary | undefined;
  readonly current: boolean;
  readonly row: RowProps;
  readonly kept: ReturnType<typeof listFilterOf>;
  /** Nobody promotes it alone. */
  readonly guarded: boolean;
  /** Null where it cannot be selected. */
  readonly selection: { readonly isSelected: boolean; readonly toggle: () => void } | null;
}): ReactElement {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (selection === null || event.key !== SELECT_KEY || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    selection.toggle();
  };
  return (
    // The link stays the same one when its row has been read: it may have the focus.
    <>
      {selection === null ? null : (
        <input
          type="checkbox"
          className="pick"
          tabIndex={-1}
          aria-label={`Select ${environment?.env_id ?? ''}`}
          checked={selection.isSelected}
          onChange={selection.toggle}
        />
      )}
      <a
        className="item env"
        href={environment === undefined ? undefined : encodeLocation(['environments', environment.env_id], kept)}
        aria-current={current}
        aria-busy={environment === undefined}
        {...row}
        onKeyDown={onKeyDown}
      >
        {environment === undefined ? (
          <span className="visually-hidden">being read</span>
        ) : (
          <EnvironmentFace zone={zone} environment={environment} guarded={guarded} />
        )}
      </a>
    </>
  );
}

function EnvironmentFace({
  zone,
  environment,
  guarded,
}: {
  readonly zone: 'blue' | 'green';
  readonly environment: EnvironmentSummary;
  readonly guarded: boolean;
}): ReactElement {
  const version = zone === 'blue' ? environment.blue_version : environment.green_version;
  const stateHash = zone === 'blue' ? environment.blue_state_hash : environment.green_state_hash;
  return (
    <>
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
