import { useEffect, useEffectEvent, useState, type ReactElement } from 'react';

/** A person types a key every 100 to 200 ms: filter when they pause. */
const TYPING_PAUSE_MS = 250;

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly type: 'search' | 'text';
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A field whose value is taken over once the typing pauses. */
export function DraftInput({ label, placeholder, type, value, onValue }: Props): ReactElement {
  const [draft, setDraft] = useState(value);
  const [shown, setShown] = useState(value);
  // The address changed by itself: Back, or "Clear".
  if (shown !== value) {
    setShown(value);
    setDraft(value);
  }
  const take = useEffectEvent((text: string) => {
    if (text !== value) onValue(text);
  });
  useEffect(() => {
    const timer = setTimeout(() => take(draft), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <input
      className="input"
      type={type}
      aria-label={label}
      placeholder={placeholder}
      spellCheck={false}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
    />
  );
}
