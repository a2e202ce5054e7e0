import type { FileHandle } from 'node:fs/promises';

/** The bytes from `begin`, below `end`; fewer where the file ends before. @throws as Node does */
export async function readRange(
  file: FileHandle,
  { begin, end }: { readonly begin: number; readonly end: number },
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(end - begin);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, begin + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
