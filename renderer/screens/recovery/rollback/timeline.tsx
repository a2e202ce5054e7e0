import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';

import type { RecoveryPoint } from '../../../../src/api/chain/recovery.ts';
import { formatCount, formatMoment, formatQuantity, formatTime } from '../../../parts/format.ts';
import { useNow } from '../../../stores/clock.ts';
import { pointWords } from './point-words.ts';
import { heightAfter, keptCount, nextHeight } from './timeline-layout.ts';

interface Props {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  /** The block that Green would go back to; null where none is chosen. */
  readonly height: number | null;
  /** When that block was made, where it is known. */
  readonly time: number | null;
  /** The newest block: going back to it undoes nothing. */
  readonly newest: number;
  readonly onHeight: (height: number) => void;
  readonly readMore: (() => void) | undefined;
}

const PAGE_STEPS = 5;

/**
 * The history from left to right, and the line that divides what stays from what is undone. A click or a drag places the line
 * between two points; the arrow keys move it from point to point, with Shift from block to block.
 */
export function Timeline({ points, height, time, newest, onHeight, readMore }: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow();
  const at = height ?? newest;
  const kept = keptCount(points, at);
  const undone = points.length - kept;
  const share = points.length === 0 ? 1 : kept / points.length;
  useEffect(() => {
    // The newest is where one looks first.
    scroller.current?.scrollTo(scroller.current.scrollWidth, 0);
  }, [points.length]);
  const place = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left) / Math.max(1, box.width);
    onHeight(heightAfter(points, Math.max(0, Math.round(part * points.length)), newest));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = heightOfKey(event, { points, height: at, newest });
    if (to === undefined) return;
    event.preventDefault();
    if (to !== at) onHeight(to);
  };
  const label =
    height === null ? 'now' : `block ${formatCount(height)}${time === null ? '' : ` · ${formatMoment(time, now)}`}`;
  return (
    <div className="timeline-holder">
      {readMore === undefined ? null : (
        <button type="button" className="button" onClick={readMore}>
          Older
        </button>
      )}
      <div className="timeline-scroller" ref={scroller}>
        <div
          className="timeline"
          role="slider"
          tabIndex={0}
          aria-label="Roll back to"
          aria-valuemin={0}
          aria-valuemax={newest}
          aria-valuenow={at}
          aria-valuetext={height === null ? 'nothing chosen' : `${label}: ${formatQuantity(undone, 'step')} undone`}
          style={{ minWidth: `${points.length * 136}px` }}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            place(event);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) place(event);
          }}
        >
          <i className="track" />
          <i className="track undone" style={{ left: `${share * 100}%` }} />
          <ol
            aria-hidden="true"
            style={{ gridTemplateColumns: `repeat(${Math.max(1, points.length)}, minmax(0, 1fr))` }}
          >
            {points.map((point) => {
              const isUndone = point.block_index > at;
              return (
                <li
                  key={`${point.log_index} ${point.position}`}
                  className={isUndone ? 'undone' : undefined}
                  title={`${pointWords(point)} in block ${point.block_index}, ${formatTime(point.time)}${point.member === null ? '' : `, by ${point.member.name}`}`}
                >
                  <i className={`dot ${point.kind}`} />
                  <span className="clip">{pointWords(point)}</span>
                  <small className="faint">{formatMoment(point.time, now)}</small>
                </li>
              );
            })}
          </ol>
          {height === null ? null : (
            <>
              <i className="cursor" style={{ left: `${share * 100}%` }} />
              <b className="cursor-label" style={{ left: `${share * 100}%`, translate: `${-share * 100}% 0` }}>
                {label}
              </b>
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function heightOfKey(
  event: KeyboardEvent,
  {
    points,
    height,
    newest,
  }: { readonly points: readonly RecoveryPoint[]; readonly height: number; readonly newest: number },
): number | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const by = (step: number): number =>
    event.shiftKey
      ? Math.min(newest, Math.max(0, height + Math.sign(step)))
      : nextHeight(points, { height, newest, step });
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return by(-1);
    case 'ArrowRight':
    case 'ArrowUp':
      return by(1);
    case 'PageDown':
      return by(-PAGE_STEPS);
    case 'PageUp':
      return by(PAGE_STEPS);
    case 'Home':
      return heightAfter(points, 0, newest);
    case 'End':
      return newest;
    default:
      return undefined;
  }
}
