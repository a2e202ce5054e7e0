import { useEffect, useRef, type ReactElement } from 'react';

import { commands } from '../commands/commands.ts';
import { screens } from '../screens/screens.ts';
import { useLocation, useNode } from '../stores/use-stores.ts';
import { ClockBand } from './clock-band.tsx';
import { FreezeBand } from './freeze-band.tsx';
import { HostNotice } from './host-notice.tsx';
import { LeftReviews } from './left-reviews.tsx';
import { Palette } from './palette/palette.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { RunningJobs } from './running-jobs.tsx';
import { SideNav } from './side-nav.tsx';
import { TopBar } from './top-bar.tsx';
import { UnknownPlace } from './unknown-place.tsx';
import { useHostCommands } from './use-host-commands.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { WaitingCalls } from './waiting-calls.tsx';

const FIRST_SCREEN = 'overview';

/** Top bar, navigation, and the screen that the address names. */
export function Shell(): ReactElement {
  useShortcuts(commands);
  useHostCommands(commands);
  const main = useRef<HTMLElement>(null);
  const { segments } = useLocation();
  const screenId = segments[0] ?? FIRST_SCREEN;
  const genesis = useNode((state) => state.host?.chain?.genesis);
  const screen = screens.find(({ id }) => id === screenId);
  useEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [screenId]);
  return (
    <div className="shell">
      <button type="button" className="button skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <div className="upper">
        <TopBar />
        <FreezeBand />
        <ClockBand />
      </div>
      <SideNav current={screenId} />
      <main className="main" ref={main} tabIndex={-1} key={genesis}>
        <HostNotice />
        <LeftReviews />
        {screen === undefined ? <UnknownPlace /> : <screen.component />}
      </main>
      <RunningJobs />
      <WaitingCalls />
      <Palette />
      <Shortcuts />
    </div>
  );
}
