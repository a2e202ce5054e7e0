import type { ReactElement } from 'react';

/**
 * A picture made of a public key: the same key always looks the same. It shows nothing that the name next to it does
 * not.
 */
export function Avatar({ publicKey }: { readonly publicKey: string }): ReactElement {
  const hue = Number.parseInt(publicKey.slice(6, 10), 16) % 360;
  const turn = Number.parseInt(publicKey.slice(10, 12), 16);
  const colours = [0, 55, 120, 0].map((step) => `hsl(${(hue + step) % 360} 62% 55%)`).join(', ');
  return (
    <span className="avatar" aria-hidden="true" style={{ background: `conic-gradient(from ${turn}deg, ${colours})` }} />
  );
}
