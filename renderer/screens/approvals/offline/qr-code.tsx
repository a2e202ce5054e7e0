import encodeQR from 'qr';
import { useMemo, type ReactElement } from 'react';

/** Quiet zone in modules (ISO/IEC 18004 §6.3.8). */
const BORDER = 4;

/** A QR code, dark on white in either theme: a camera reads nothing else as surely. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { size, path } = useMemo(() => drawing(text), [text]);
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}

function drawing(text: string): { readonly size: number; readonly path: string } {
  const modules = encodeQR(text, 'raw', { border: BORDER });
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size: modules.length, path };
}
