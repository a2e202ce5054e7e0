import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

import { useServices } from '../services.ts';

/** The title of an overlay of the page, and the button that closes it. */
export function OverlayHeading({ title }: { readonly title: string }): ReactElement {
  const { page } = useServices();
  return (
    <div className="row">
      <h2>{title}</h2>
      <span className="grow" />
      <button type="button" className="button" onClick={() => page.setState({ overlay: null })}>
        Close
      </button>
    </div>
  );
}

/** A dialog over the page. The browser keeps the focus inside, closes it with Esc, and gives the focus back. */
export function Overlay({
  label,
  className,
  onClose,
  children,
}: {
  readonly label: string;
  readonly className: string;
  /** For one that a part of the page opened by itself: the page has one of its own, which is closed where this is left out. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const { page } = useServices();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = onClose ?? (() => page.setState({ overlay: null }));
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    // The click next to the dialog only repeats what Esc does.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      aria-label={label}
      className={`overlay ${className}`}
      onClose={(event) => {
        if (!event.currentTarget.open) close();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {children}
    </dialog>
  );
}
