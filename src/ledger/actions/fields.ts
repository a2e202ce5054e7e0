import { z } from 'zod';
import { publicKey, signature } from '../../base/fields.ts';
import type { Json } from '../../base/canonical.ts';
import { IDENTIFIER_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../base/limits.ts';
import { visibleText } from '../../base/visible-text.ts';
import { LEVELS, PERMISSIONS } from '../permissions.ts';
import type { Parameter } from '../governance/parameters.ts';

/** The fields that payloads are made of. Canonical decoding already refused floats, surrogates and deep nesting. */

const IDENTIFIER_PATTERN = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${IDENTIFIER_LENGTH_MAX - 1}}$`);

export function isIdentifier(text: string): boolean {
  return IDENTIFIER_PATTERN.test(text);
}

export const identifier = z
  .string()
  .regex(IDENTIFIER_PATTERN, 'letters, digits, dot, dash and underscore, at most 128, starting with a letter or digit');

/**
 * An environment's id may carry a namespace, as `ALE/Pong-v5`: identifiers with slashes between, together no longer than
 * one. No segment is empty, `.` or `..`, so that an id is a path of its own in keys, addresses and files.
 */
const ENVIRONMENT_ID_PATTERN = new RegExp(
  `^(?=.{1,${IDENTIFIER_LENGTH_MAX}}$)[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*$`,
);

export function isEnvironmentId(text: string): boolean {
  return ENVIRONMENT_ID_PATTERN.test(text);
}

export const environmentId = z
  .string()
  .regex(
    ENVIRONMENT_ID_PATTERN,
    'letters, digits, dot, dash and underscore, with slashes between, at most 128; each part starts with a letter or digit',
  );
/** A key with the proof that somebody holds it. */
export const newKey = z.strictObject({ public_key: publicKey, proof: signature });
export const text = z.string().min(1).max(TEXT_LENGTH_MAX);

/** A text of a payload that is left out where nothing is written in it. */
export function optionalText<Name extends string>(name: Name, written: string): Partial<Record<Name, string>> {
  const given = written.trim();
  return given === '' ? {} : ({ [name]: given } as Record<Name, string>);
}

/**
 * How people are called: seen as it is written. Nothing that is not seen as itself, no space at its ends, no two
 * together; by our own table, so that every engine agrees.
 */
export const displayName = text.refine(
  (name) => visibleText(name) === name && !/^ | {2}| $/.test(name),
  'a name without invisible or blank characters, and single spaces inside it alone',
);
/** Of an environment: they count from 1. */
export const version = z.number().int().min(1);
export const level = z.enum(LEVELS);
export const permission = z.enum(PERMISSIONS);

export const threshold = z.union([
  z.strictObject({ count: z.number().int().min(1) }),
  z
    .strictObject({ numerator: z.number().int().min(1), denominator: z.number().int().min(1) })
    .refine((fraction) => fraction.numerator <= fraction.denominator, 'a fraction is at most one'),
]);
export const policy = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('direct'), permission }),
  z.strictObject({ mode: z.literal('multisig'), role: level, threshold }),
]);

/** A value that a setting of the chain may have. */
export function parameterValue({ least, greatest }: Parameter): z.ZodNumber {
  return z.number().int().min(least).max(greatest);
}

/** The entries of a list in a payload that was not checked yet; none where there is no list. */
export function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
