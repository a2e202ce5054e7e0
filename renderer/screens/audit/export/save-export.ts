import { decodeBase64 } from '../../../../src/base/base64.ts';
import type { Client } from '../../../bridge/client.ts';
import { downloadBlob } from '../../../parts/download.ts';

/** Lets the person save an export, or the manifest beside one. It is read part by part: the browser holds it outside the page's memory. */
export async function saveExport(client: Client, name: string): Promise<void> {
  const parts: Blob[] = [];
  for (let offset = 0, isEnd = false; !isEnd;) {
    const { base64, size_bytes: size } = await client.operator.exportPart({ name, offset });
    const bytes = decodeBase64(base64);
    parts.push(new Blob([new Uint8Array(bytes)]));
    offset += bytes.length;
    isEnd = bytes.length === 0 || offset >= size;
  }
  downloadBlob(name, new Blob(parts, { type: 'application/octet-stream' }));
}
