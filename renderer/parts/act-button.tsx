import { useId, type ReactElement, type ReactNode } from 'react';

interface Props {
  /** One sentence: what a person has to do before this can be done; null where nothing is missing. */
  readonly missing: string | null;
  /** It is being done. */
  readonly busy?: boolean;
  readonly className?: string;
  /** A form's own button where this is left out. */
  readonly onClick?: () => void;
  /** Names the act. */
  readonly children: ReactNode;
}

/** A button that says why it cannot be pressed, to everyone. */
export function ActButton({
  missing,
  busy = false,
  className = 'button primary',
  onClick,
  children,
}: Props): ReactElement {
  const why = useId();
  return (
    <>
      <button
        type={onClick === undefined ? 'submit' : 'button'}
        className={className}
        disabled={missing !== null || busy}
        aria-describedby={missing === null ? undefined : why}
        onClick={onClick}
      >
        {children}
      </button>
      {missing === null ? null : (
        <span className="soft" id={why}>
          {missing}
        </span>
      )}
    </>
  );
}
