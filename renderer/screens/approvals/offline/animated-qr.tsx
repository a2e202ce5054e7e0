import { useEffect, useState, type ReactElement } from 'react';

import { QrCode } from './qr-code.tsx';

/** Slow enough for a camera to see each one twice. */
const FRAME_MS = 250;

/** One code, or several one after the other until the camera has them all. It can be stopped, and turned by hand. */
export function AnimatedQr({
  frames,
  label,
}: {
  readonly frames: readonly string[];
  readonly label: string;
}): ReactElement {
  const [index, setIndex] = useState(0);
  const [running, setRunning] = useState(true);
  const count = frames.length;
  useEffect(() => {
    if (!running || count < 2) return undefined;
    const timer = setInterval(() => setIndex((at) => (at + 1) % count), FRAME_MS);
    return () => clearInterval(timer);
  }, [running, count]);
  const shown = frames[index % count] ?? '';
  const step = (by: number): void => {
    setRunning(false);
    setIndex((at) => (at + by + count) % count);
  };
  return (
    <figure className="animated-qr">
      <QrCode text={shown} label={count === 1 ? label : `${label}, part ${(index % count) + 1} of ${count}`} />
      {count === 1 ? null : (
        <figcaption className="row">
          <button type="button" className="button" onClick={() => setRunning(!running)}>
            {running ? 'Stop' : 'Play'}
          </button>
          <button type="button" className="button" aria-label="Previous part" onClick={() => step(-1)}>
            ←
          </button>
          <button type="button" className="button" aria-label="Next part" onClick={() => step(1)}>
            →
          </button>
          <span className="number soft" aria-live={running ? 'off' : 'polite'}>
            part {(index % count) + 1} of {count}
          </span>
        </figcaption>
      )}
    </figure>
  );
}
