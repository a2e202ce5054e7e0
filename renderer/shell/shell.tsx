import { useEffect, useRef, type ReactElement } from 'react';

import { useCommands } from '../commands/use-commands.ts';
import { fitsWhere } from '../commands/where.ts';
import { TasksOffered } from '../parts/tasks-offered.ts';
import { screens } from '../screens/screens.ts';
import { useFrozen } from '../stores/use-frozen.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useLocation, useNode } from '../stores/use-stores.ts';
import { ClockBand } from './clock-band.tsx';
import { Dropping } from './dropping.tsx';
import { FileBand } from './file-band.tsx';
import { FreezeBand } from './freeze-band.tsx';
import { HostNotice } from './host-notice.tsx';
import { LeftReviews } from './left-reviews.tsx';
import { NotInAFile } from './not-in-a-file.tsx';
import { IdentityMenu } from './identity-menu.tsx';
import { Palette } from './palette/palette.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { RunningJobs } from './running-jobs.tsx';
import { SideNav } from './side-nav.tsx';
import { TopBar } from './top-bar.tsx';
import { UnknownPlace } from './unknown-place.tsx';
import { useAttempt } from './use-attempt.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { WaitingCalls } from './waiting-calls.tsx';

const FIRST_SCREEN = 'overview';
/** What takes its place where a file is looked at. */
const FIRST_ON_FILE = 'file';

/** Top bar, navigation, and the screen that the address names. */
export function Shell(): ReactElement {
  const isFile = useInspection() !== null;
  const commands = useCommands();
  useShortcuts(commands);
  const main = useRef<HTMLElement>(null);
  const { segments, query } = useLocation();
  const named = segments[0] ?? FIRST_SCREEN;
  const screenId = isFile && named === FIRST_SCREEN ? FIRST_ON_FILE : named;
  const attempt = useAttempt();
  const isFrozen = useFrozen() !== null;
  const genesis = useNode((state) => state.host?.chain?.genesis);
  const screen = screens.find(({ id }) => id === screenId);
  useEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [screenId]);
  const isElsewhere = screen !== undefined && (!fitsWhere(screen, isFile) || (isFile && query.has('do')));
  return (
    <TasksOffered value={!isFile}>
      <div className="shell" data-frozen={isFrozen}>
        <button type="button" className="button skip" onClick={() => main.current?.focus()}>
          Skip to the content
        </button>
        <div className="upper">
          <TopBar />
          <FileBand />
          <FreezeBand />
          <ClockBand />
        </div>
        <SideNav current={screenId} />
        <main className="main" ref={main} tabIndex={-1} key={genesis}>
          <HostNotice />
          <LeftReviews />
          {screen === undefined || (isElsewhere && !isFile) ? (
            <UnknownPlace />
          ) : isElsewhere ? (
            <NotInAFile />
          ) : (
            <screen.component key={attempt} />
          )}
        </main>
        <RunningJobs />
        <WaitingCalls />
        <Palette />
        <Shortcuts />
        <IdentityMenu />
        <Dropping />
      </div>
    </TasksOffered>
  );
}
