import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'console.json';
const schema = z.object({ port: z.int().min(1).max(65_535) });

/** The port that the console of this data directory had last, so that its public address stays; null where none is known. */
export function rememberedPort(dataDirectory: string): number | null {
  try {
    return schema.safeParse(JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8'))).data?.port ?? null;
  } catch {
    return null;
  }
}

/** Only a convenience: where it cannot be written, the next start takes another port. */
export function rememberPort(dataDirectory: string, port: number): void {
  try {
    writeFileSync(join(dataDirectory, FILE), `${JSON.stringify({ port })}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}
