import { decodeQR } from 'qr/decode.js';

/** A larger picture shows the code no better, and takes longer. */
const SIDE_MAX = 1_600;

/** The text of the QR code in a picture; null where none is found. */
export async function decodeImage(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  try {
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
    return decodePixels(picture, picture.width * scale, picture.height * scale, { effort: Infinity, timeLimit: 5_000 });
  } finally {
    picture.close();
  }
}

/** As above, for a frame of a camera: a miss costs little, the next frame follows. */
export function decodeVideo(video: HTMLVideoElement): string | null {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const scale = Math.min(1, 800 / Math.max(width, height));
  return decodePixels(video, width * scale, height * scale, {});
}

function decodePixels(
  source: CanvasImageSource,
  width: number,
  height: number,
  effort: Parameters<typeof decodeQR>[1],
): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  // A code on a transparent ground is meant to be dark on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), effort);
  } catch {
    // The decoder has no other way to say that it sees no code.
    return null;
  }
}
