import type { Locator } from 'playwright';
import { decodeQR } from 'qr/decode.js';

const SCALE = 4;

/** Reads a QR code as a camera would see it: from the modules that the page has drawn, four pixels each. */
export async function readDrawnCode(drawing: Locator): Promise<string> {
  const { size, path } = await drawing.evaluate((svg) => ({
    size: (svg as SVGSVGElement).viewBox.baseVal.width,
    path: svg.querySelectorAll('path')[1]?.getAttribute('d') ?? '',
  }));
  return decodeQR(
    pixelsOf(
      size,
      [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => [Number(x), Number(y)]),
    ),
  );
}

function pixelsOf(size: number, dark: readonly (readonly [number, number])[]) {
  const width = size * SCALE;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [x, y] of dark) {
    for (let row = 0; row < SCALE; row++)
      for (let column = 0; column < SCALE; column++)
        data.fill(
          0,
          ((y * SCALE + row) * width + x * SCALE + column) * 4,
          ((y * SCALE + row) * width + x * SCALE + column) * 4 + 3,
        );
  }
  return { width, height: width, data };
}
