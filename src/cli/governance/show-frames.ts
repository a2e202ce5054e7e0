import { encodeQR } from 'qr';

/** Time that one frame is shown: longer than a camera takes to focus on it, short enough for a minute of frames. */
const FRAME_TIME_MS = 250;

interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** One frame as a QR code of half blocks. */
function draw(frame: string): string[] {
  return encodeQR(frame, 'ascii', { ecc: 'low' }).trimEnd().split('\n');
}

/**
 * Frames of a QR code. On a terminal they follow each other in one place, over and over, until a key is pressed; elsewhere
 * each is written once.
 */
export async function showFrames(
  frames: readonly string[],
  { input, output }: Terminal = { input: process.stdin, output: process.stdout },
): Promise<void> {
  const drawn = frames.map(draw);
  if (output.isTTY !== true) {
    for (const lines of drawn) output.write(`${lines.join('\n')}\n\n`);
    return;
  }
  // White on black whatever the terminal's colours are: half of them would show the code inverted.
  const coloured = drawn.map((lines) => lines.map((line) => `\u001b[97;40m${line}\u001b[0m`).join('\n'));
  if (coloured.length === 1 || input.isTTY !== true) {
    for (const one of coloured) output.write(`${one}\n`);
    return;
  }
  await animate(coloured, { input, output });
}

async function animate(frames: readonly string[], { input, output }: Terminal): Promise<void> {
  const height = (frames[0] ?? '').split('\n').length + 1;
  let shown = 0;
  const show = (): void => {
    const up = shown === 0 ? '' : `\u001b[${height}A`;
    const index = shown % frames.length;
    output.write(`${up}\r${frames[index] ?? ''}\nframe ${index + 1} of ${frames.length}; any key stops\u001b[K\n`);
    shown++;
  };
  show();
  const timer = setInterval(show, FRAME_TIME_MS);
  input.setRawMode(true);
  input.resume();
  await new Promise<void>((resolve) => input.once('data', () => resolve()));
  clearInterval(timer);
  input.setRawMode(false);
  input.pause();
}
