import { useState, type ReactElement } from 'react';

import { isoTime } from '../../../../src/base/iso-time.ts';
import { Facts } from '../../../parts/facts.tsx';
import { formatDuration, formatTime } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { ReasonField } from '../../../parts/reason-field.tsx';
import { TimeField } from '../../../parts/time-field.tsx';
import { StandStill } from '../../../signing/stand-still.tsx';
import { Task } from '../../../signing/task.tsx';
import { useNow } from '../../../stores/clock.ts';
import { useOpenProposal } from '../../../stores/use-open-proposal.ts';
import { useNode } from '../../../stores/use-stores.ts';

/** Proposes to set the time of a chain that ran ahead back; where that makes no sense, says why. */
export function ClockForm(): ReactElement {
  const proposed = useOpenProposal('reset_clock');
  const isAhead = useNode((state) => (state.status === null ? null : state.status.clock === 'behind'));
  const blockTime = useNode((state) => state.status?.block_time ?? 0);
  return (
    <StandStill value={{ isAhead, blockTime, proposalId: proposed?.proposal_id ?? null }}>
      {(held) => <Held {...held} />}
    </StandStill>
  );
}

function Held({
  isAhead,
  blockTime,
  proposalId,
}: {
  readonly isAhead: boolean | null;
  readonly blockTime: number;
  readonly proposalId: string | null;
}): ReactElement {
  if (proposalId !== null)
    return (
      <p className="notice">
        Setting the clock back is proposed already. <Link to={['approvals', proposalId]}>Open the proposal</Link>
      </p>
    );
  if (isAhead === null) return <p className="notice">The node does not report the state of the clocks.</p>;
  return isAhead ? <Reset blockTime={blockTime} /> : <NotAhead />;
}

function NotAhead(): ReactElement {
  return (
    <div className="notice">
      <b>The chain’s time is not ahead of this machine’s clock: there is nothing to set back.</b>
      <ul className="effects">
        <li>A chain whose time is behind continues with the next block.</li>
        <li>
          If this machine’s clock is also ahead of the correct time, correct it first; then this form is available.
        </li>
      </ul>
    </div>
  );
}

function Reset({ blockTime }: { readonly blockTime: number }): ReactElement {
  const now = useNow();
  const [begun] = useState(() => Math.floor(Date.now() / 1_000) * 1_000);
  const [time, setTime] = useState<number | null>(begun);
  const [reason, setReason] = useState('');
  const given = reason.trim();
  const problem =
    time === null || time < 0
      ? 'Choose a date and a time, from 1970 on.'
      : time >= blockTime
        ? 'The clock of a chain is only set back: choose an earlier time than the chain’s.'
        : undefined;
  return (
    <Task
      title="Set the chain’s clock back"
      button="Propose the reset…"
      dangerous
      command={{
        command: ['blockchain', 'reset-clock'],
        options: { to: time === null ? 'TIME' : isoTime(time), reason: given || 'TEXT' },
      }}
      next={null}
      request={
        time === null || problem !== undefined || given === ''
          ? { missing: problem === undefined ? 'Give the reason.' : 'Choose the correct time.' }
          : { kind: 'proposal', action: 'reset_clock', payload: { time, reason: given } }
      }
    >
      <Facts
        rows={[
          ['The chain’s time', formatTime(blockTime)],
          ['This machine’s clock', formatTime(now)],
          ['Ahead by', formatDuration(blockTime - now)],
        ]}
      />
      <div className="notice warn">
        <b>From the next block on, the chain is in a new era.</b>
        <ul className="effects">
          <li>What was signed before and is not in a block yet is void: it must be signed again.</li>
          <li>Open proposals end; approvals that were signed offline, and key cards that were not used, are void.</li>
          <li>The blocks with the wrong times stay, with who set the clock back, when and why.</li>
          <li>First correct the clock of the machine that sealed them. Otherwise it seals the wrong time again.</li>
        </ul>
      </div>
      <TimeField
        label="Correct time"
        hint="In this machine’s time zone. Those who approve compare it with their own clocks."
        problem={problem}
        value={time === null ? null : String(time)}
        onValue={(chosen) => setTime(chosen === null ? null : Number(chosen))}
      />
      <ReasonField hint="What happened; everyone can read it, permanently." value={reason} onValue={setReason} />
    </Task>
  );
}
