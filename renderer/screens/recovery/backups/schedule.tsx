import { useState, type ReactElement, type SyntheticEvent } from 'react';

import {
  backupSchedule,
  encryptedWords,
  FIRST_SCHEDULE,
  fullWords,
  keptWords,
  type BackupSchedule,
} from '../../../../src/api/operator/backups.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Facts } from '../../../parts/facts.tsx';
import { formatQuantity, formatTime } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { TextField } from '../../../parts/text-field.tsx';
import { encodeLocation } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import { ActButton } from '../../../parts/act-button.tsx';

interface Props {
  readonly schedule: BackupSchedule | null;
  readonly nextDrillAt: number | null;
  readonly onChange: () => void;
}

/** When backups and rehearsals are made by themselves, and which are kept. */
export function Schedule(props: Props): ReactElement {
  const { schedule, nextDrillAt } = props;
  const isEditing = useLocation().query.get('do') === 'schedule';
  return (
    <section className="card stack" aria-labelledby="backup-schedule">
      <div className="row">
        <h2 id="backup-schedule" className="grow">
          Schedule
        </h2>
        <Link className="button" to={['recovery', 'backups']} query={isEditing ? {} : { do: 'schedule' }}>
          {isEditing ? 'Close' : schedule === null ? 'Set a schedule…' : 'Change…'}
        </Link>
      </div>
      {isEditing ? (
        <ScheduleForm {...props} />
      ) : schedule === null ? (
        <p className="soft">No backup is made by itself. A backup that somebody has to remember is forgotten.</p>
      ) : (
        <Facts
          rows={[
            ['Backup', `every ${formatQuantity(schedule.every_hours, 'hour')}, ${fullWords(schedule)}`],
            ['Files of environments', schedule.with_content ? 'included' : 'left out'],
            [
              'Rehearsal',
              schedule.drill_every_days === null
                ? 'none'
                : `every ${formatQuantity(schedule.drill_every_days, 'day')}, next ${nextDrillAt === null ? '–' : formatTime(nextDrillAt)}${schedule.recipients.length === 0 ? '' : ', by a person with an identity'}`,
            ],
            ['Kept', keptWords(schedule)],
            ['Copies', encryptedWords(schedule)],
          ]}
        />
      )}
    </section>
  );
}

type Draft = Readonly<Record<'every_hours' | 'full_every' | 'drill_every_days' | 'keep_fulls' | 'keep_days', string>>;

const FIELDS: readonly { readonly name: keyof Draft; readonly label: string; readonly hint: string }[] = [
  { name: 'every_hours', label: 'Hours between two backups', hint: 'From 1 to 744.' },
  { name: 'full_every', label: 'One full backup in every', hint: 'The others hold what is new. 1: all are full.' },
  { name: 'drill_every_days', label: 'Days between two rehearsals', hint: 'Empty for none.' },
  { name: 'keep_fulls', label: 'Full backups that are kept', hint: 'With what continues them.' },
  { name: 'keep_days', label: 'Days for which all are kept', hint: '0 for none.' },
];

function ScheduleForm({ schedule, onChange }: Props): ReactElement {
  const { router } = useServices();
  const first = schedule ?? FIRST_SCHEDULE;
  const [withContent, setWithContent] = useState(first.with_content);
  const [recipients, setRecipients] = useState(first.recipients.join(' '));
  const [draft, setDraft] = useState<Draft>({
    every_hours: String(first.every_hours),
    full_every: String(first.full_every),
    drill_every_days: first.drill_every_days === null ? '' : String(first.drill_every_days),
    keep_fulls: String(first.keep_fulls),
    keep_days: String(first.keep_days),
  });
  const deed = useDeed(() => {
    onChange();
    router.go(encodeLocation(['recovery', 'backups']));
  });
  const decoded = backupSchedule.safeParse({
    every_hours: numberIn(draft.every_hours),
    full_every: numberIn(draft.full_every),
    with_content: withContent,
    drill_every_days: draft.drill_every_days.trim() === '' ? null : numberIn(draft.drill_every_days),
    keep_fulls: numberIn(draft.keep_fulls),
    keep_days: numberIn(draft.keep_days),
    recipients: recipients.split(/\s+/).filter((each) => each !== ''),
  });
  const wrong = new Set(decoded.success ? [] : decoded.error.issues.map(({ path }) => path[0]));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (decoded.success) deed.ask({ deed: 'set_backup_schedule', schedule: decoded.data });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="schedule-fields">
        {FIELDS.map(({ name, label, hint }) => (
          <TextField
            key={name}
            label={label}
            hint={hint}
            problem={wrong.has(name) ? `A whole number. ${hint}` : undefined}
            value={draft[name]}
            onValue={(value) => setDraft({ ...draft, [name]: value })}
          />
        ))}
      </div>
      <label className="check">
        <input type="checkbox" checked={withContent} onChange={(event) => setWithContent(event.target.checked)} />
        With the files of environments
      </label>
      <TextField
        label="Encrypt to age recipients"
        hint="Public keys, age1…, one after the other. Empty: the copies are not encrypted."
        problem={
          wrong.has('recipients')
            ? 'Each is a public key that begins with age1, as age-keygen writes it, and stands there once.'
            : undefined
        }
        value={recipients}
        onValue={setRecipients}
      />
      {recipients.trim() === '' ? null : (
        <p className="notice warn">
          <b>Only their identities open the copies:</b> without one of them, nothing can be restored, and this machine
          has none. Each backup is verified before it is encrypted; afterwards its bytes are compared, and a rehearsal
          asks a person for an identity.
        </p>
      )}
      <div className="row">
        <ActButton missing={decoded.success ? null : 'Correct what is marked.'} busy={deed.waiting !== null}>
          Set the schedule…
        </ActButton>
        {schedule === null ? null : (
          <button
            type="button"
            className="button danger"
            disabled={deed.waiting !== null}
            onClick={() => deed.ask({ deed: 'set_backup_schedule', schedule: null })}
          >
            No schedule…
          </button>
        )}
      </div>
      <DeedNotice deed={deed} />
    </form>
  );
}

function numberIn(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
