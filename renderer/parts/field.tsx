import { useId, type ReactElement, type ReactNode } from 'react';

export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

/** A labelled control with its hint and, where it is wrong, why. */
export function Field({
  label,
  hint,
  problem,
  children,
}: {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly children: (control: FieldControl) => ReactNode;
}): ReactElement {
  const id = useId();
  const noteId = `${id}-note`;
  const note = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : noteId,
        'aria-invalid': problem === undefined ? undefined : true,
      })}
      {note === undefined ? null : (
        <small id={noteId} className={problem === undefined ? undefined : 'bad'}>
          {note}
        </small>
      )}
    </div>
  );
}
