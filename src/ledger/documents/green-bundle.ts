import { z } from 'zod';
import { QuantumLockError } from '../../base/errors.ts';
import { GREEN_BUNDLE_PROOFS_MAX, GREEN_BUNDLE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { GREEN_PROOF_FORMAT, type GreenProof } from '../proofs/green-proof.ts';
import { checkDocument, encodeDocument, parseDocument, type DocumentKind } from './offline-document.ts';

export const GREEN_BUNDLE_FORMAT = 'quantum-lock/green-bundle/v1';

/** Several Green proofs in one file. It is worth what they are: each is checked. */
export interface GreenBundle {
  readonly format: typeof GREEN_BUNDLE_FORMAT;
  readonly proofs: readonly GreenProof[];
}

const bundleSchema = z.strictObject({
  format: z.literal(GREEN_BUNDLE_FORMAT),
  // Each is checked where it is used, field by field.
  proofs: z
    .array(z.custom<GreenProof>((value) => typeof value === 'object' && value !== null, 'a Green proof'))
    .min(1)
    .max(GREEN_BUNDLE_PROOFS_MAX),
});

const GREEN_BUNDLE: DocumentKind<GreenBundle> = {
  name: 'the bundle',
  schema: bundleSchema,
  sizeBytesMax: GREEN_BUNDLE_SIZE_BYTES_MAX,
};

/** Canonical JSON and a line end. @throws LIMIT_EXCEEDED */
export function encodeGreenBundle(proofs: readonly GreenProof[]): string {
  if (proofs.length > GREEN_BUNDLE_PROOFS_MAX)
    throw new QuantumLockError('LIMIT_EXCEEDED', `a bundle holds at most ${GREEN_BUNDLE_PROOFS_MAX} proofs`, {
      advice: 'Make several bundles.',
    });
  return encodeDocument(GREEN_BUNDLE, { format: GREEN_BUNDLE_FORMAT, proofs });
}

/** The proofs of a bundle, or a Green proof by itself, in any form of JSON. None of them is checked yet. @throws DOCUMENT_INVALID */
export function decodeGreenBundle(text: string): readonly GreenProof[] {
  const value = parseDocument(GREEN_BUNDLE, text);
  if (typeof value === 'object' && value !== null && 'format' in value && value.format === GREEN_PROOF_FORMAT)
    return [value as unknown as GreenProof];
  return checkDocument(GREEN_BUNDLE, value).proofs;
}
