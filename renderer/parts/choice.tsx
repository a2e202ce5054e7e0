import type { ReactElement, ReactNode } from 'react';

/** One of several, with what it means. */
export function Choice({
  name,
  title,
  checked,
  disabled = false,
  onChoose,
  children,
}: {
  readonly name: string;
  readonly title: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    // Its text is the title inside.
    // oxlint-disable-next-line jsx-a11y/label-has-associated-control
    <label className="choice">
      <input type="radio" name={name} checked={checked} disabled={disabled} onChange={onChoose} />
      <span>
        <b>{title}</b>
        <small>{children}</small>
      </span>
    </label>
  );
}
