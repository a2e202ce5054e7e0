import { useState, type ReactElement, type SyntheticEvent } from 'react';

import type { NewDestination } from '../../../../src/api/operator/backups.ts';
import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { DirectoryBrowser } from '../../../directory/directory-browser.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Choice } from '../../../parts/choice.tsx';
import { TextField } from '../../../parts/text-field.tsx';
import { encodeLocation } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import { TaskCard } from './task-card.tsx';
import { ActButton } from '../../../parts/act-button.tsx';

interface Draft {
  readonly kind: NewDestination['kind'];
  readonly name: string;
  readonly path: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly lockDays: string;
}

const EMPTY: Draft = {
  kind: 'folder',
  name: '',
  path: '',
  endpoint: 'https://',
  bucket: '',
  region: '',
  prefix: '',
  lockDays: '',
};

/** Names another place for backups. It is confirmed, and its access keys are typed, where this page cannot reach. */
export function AddDestination({ onChange }: { readonly onChange: () => void }): ReactElement {
  const { router } = useServices();
  const [draft, setDraft] = useState(EMPTY);
  const deed = useDeed(() => {
    onChange();
    router.go(encodeLocation(['recovery', 'backups']));
  });
  const change = (changes: Partial<Draft>): void => setDraft({ ...draft, ...changes });
  const destination = destinationOf(draft);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!('missing' in destination)) deed.ask({ deed: 'add_backup_destination', destination });
  };
  return (
    <TaskCard id="add-destination" title="Add a destination">
      <form className="task-form" onSubmit={submit} noValidate>
        <div className="two-cards">
          <Choice
            name="destination-kind"
            title="A folder"
            checked={draft.kind === 'folder'}
            onChoose={() => change({ kind: 'folder' })}
          >
            Of this machine: best on another disk, or a mount of another machine.
          </Choice>
          <Choice
            name="destination-kind"
            title="A store that speaks S3"
            checked={draft.kind === 's3'}
            onChoose={() => change({ kind: 's3' })}
          >
            Its access keys are asked for where you confirm it, and are kept with the other secrets.
          </Choice>
        </div>
        <TextField
          label="Name"
          hint="How it is called in the console."
          placeholder="NAS"
          lengthMax={100}
          value={draft.name}
          onValue={(name) => change({ name })}
        />
        {draft.kind === 'folder' ? (
          <div className="field">
            <span className="label">Folder</span>
            <DirectoryBrowser path={draft.path} onPath={(path) => change({ path })} />
          </div>
        ) : (
          <>
            <TextField
              label="Address"
              hint="https://…; plain http only on this machine."
              value={draft.endpoint}
              onValue={(endpoint) => change({ endpoint })}
            />
            <div className="two-cards">
              <TextField label="Bucket" value={draft.bucket} onValue={(bucket) => change({ bucket })} />
              <TextField
                label="Region"
                placeholder="eu-north-1"
                value={draft.region}
                onValue={(region) => change({ region })}
              />
              <TextField
                label="Prefix"
                hint="Before the name of each backup. Optional."
                value={draft.prefix}
                onValue={(prefix) => change({ prefix })}
              />
              <TextField
                label="Lock each copy for days"
                hint="The store then keeps it from being deleted or replaced by anybody. Optional."
                problem={lockOf(draft.lockDays) === undefined ? 'A whole number of days, from 1 to 36,500.' : undefined}
                value={draft.lockDays}
                onValue={(lockDays) => change({ lockDays })}
              />
            </div>
          </>
        )}
        <p className="notice warn">
          Anyone who can read there can read everything that is on the chain, and the files of its environments, unless
          the schedule encrypts the copies.
        </p>
        <div className="row">
          <ActButton missing={'missing' in destination ? destination.missing : null} busy={deed.waiting !== null}>
            Add it…
          </ActButton>
          <span className="faint grow">You confirm it in a window that this page cannot reach.</span>
        </div>
        <DeedNotice deed={deed} />
      </form>
    </TaskCard>
  );
}

/** What the form says, or what is missing in it. */
function destinationOf(draft: Draft): NewDestination | { readonly missing: string } {
  const name = draft.name.trim();
  if (name === '') return { missing: 'Enter a name.' };
  if (draft.kind === 'folder')
    return draft.path === '' ? { missing: 'Choose the folder.' } : { kind: 'folder', name, path: draft.path };
  const lock_days = lockOf(draft.lockDays);
  const [endpoint, bucket, region] = [draft.endpoint.trim(), draft.bucket.trim(), draft.region.trim()];
  if (!URL.canParse(endpoint)) return { missing: 'Enter the address.' };
  if (bucket === '') return { missing: 'Enter the bucket.' };
  if (region === '') return { missing: 'Enter the region.' };
  if (lock_days === undefined) return { missing: 'Correct the days.' };
  return { kind: 's3', name, endpoint, bucket, region, prefix: draft.prefix.trim(), lock_days };
}

/** Null for no lock; undefined for what is no number of days. */
function lockOf(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const days = Number(text);
  return Number.isInteger(days) && days >= 1 && days <= 36_500 ? days : undefined;
}
