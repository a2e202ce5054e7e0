import type { OpenedThing } from '../../src/api/operator/opened.ts';
import { decodeBase64 } from '../../src/base/base64.ts';

/** A file that the person opened from outside, as if it had been dropped on the page. @throws DOCUMENT_INVALID where it is not base64 */
export function openedFile({ name, content }: Extract<OpenedThing, { readonly kind: 'file' }>): File {
  return new File([new Uint8Array(decodeBase64(content))], name);
}
