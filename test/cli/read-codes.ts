import { decodeQR } from 'qr/decode.js';

/** Pixels of one module: enough for the decoder to find its way, as a camera would give it. */
const SCALE = 4;
const LIGHT = 255;

/** The texts of the QR codes that a command has drawn with half blocks, light on dark, a blank line after each. */
export function readCodes(drawn: string): string[] {
  return drawn
    .split(/\n\s*\n/)
    .filter((code) => code.trim() !== '')
    .map((code) => decodeQR(pixelsOf(code.split('\n')), { effort: Infinity, timeLimit: Infinity }));
}

function pixelsOf(lines: readonly string[]): { width: number; height: number; data: Uint8Array } {
  const modules = lines.flatMap((line) => {
    const characters = line.split('');
    return [
      characters.map((character) => character === '█' || character === '▀'),
      characters.map((character) => character === '█' || character === '▄'),
    ];
  });
  const width = (modules[0]?.length ?? 0) * SCALE;
  const height = modules.length * SCALE;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isLight = modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] === true;
      data.fill(isLight ? LIGHT : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      data[(y * width + x) * 4 + 3] = LIGHT;
    }
  return { width, height, data };
}
