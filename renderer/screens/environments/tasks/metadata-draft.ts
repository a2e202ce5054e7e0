import { QuantumLockError } from '../../../../src/base/errors.ts';
import { parseStrictJson } from '../../../../src/base/strict-json.ts';
import { visibleJsonLines } from '../../../../src/base/visible-text.ts';
import { shownText } from '../../../text/shown-text.ts';
import type { Payload } from '../../../signing/signing-step.ts';
import type { CommandParts } from '../../../../src/base/command-line.ts';

export type Metadata = Payload;

/**
 * Metadata while it is being typed: two named fields, and the rest as JSON text. Whatever a field could not show as it
 * is, such as a name with a character that is not seen, is in the JSON text with its code: nothing is changed by
 * opening it.
 */
export interface MetadataDraft {
  readonly name: string;
  readonly description: string;
  readonly rest: string;
}

export const EMPTY_DRAFT: MetadataDraft = { name: '', description: '', rest: '' };

export function draftOf(metadata: Metadata): MetadataDraft {
  const { name, description } = metadata;
  const rest = Object.entries(metadata).filter(
    ([key, value]) => !(key === 'name' || key === 'description') || !fitsField(value),
  );
  return {
    name: fitsField(name) ? name : '',
    description: fitsField(description) ? description : '',
    rest: rest.length === 0 ? '' : visibleJsonLines(Object.fromEntries(rest)).join('\n'),
  };
}

function fitsField(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.trim() === value && shownText(value) === value;
}

/** The options of a command that make the same metadata of what is there: only what differs. */
export function metadataOptions(
  draft: MetadataDraft,
  before: MetadataDraft = EMPTY_DRAFT,
): Exclude<CommandParts['options'], undefined> {
  const changed = (field: keyof MetadataDraft): string | null =>
    draft[field].trim() === before[field].trim() ? null : draft[field].trim();
  return { name: changed('name'), description: changed('description'), metadata: onOneLine(changed('rest')) };
}

function onOneLine(text: string | null): string | null {
  if (text === null || text === '') return null;
  try {
    return JSON.stringify(parseStrictJson(text));
  } catch {
    return 'JSON';
  }
}

export type DecodedDraft =
  | { readonly ok: true; readonly metadata: Metadata }
  | { readonly ok: false; readonly problem: string };

/** The metadata that a draft stands for, or why it stands for none. */
export function decodeDraft({ name, description, rest }: MetadataDraft): DecodedDraft {
  const named: Metadata = {
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
  };
  if (rest.trim() === '') return { ok: true, metadata: named };
  let value: unknown;
  try {
    value = parseStrictJson(rest);
  } catch (error) {
    const isJson = error instanceof QuantumLockError && !error.message.startsWith('not JSON');
    return { ok: false, problem: isJson ? `${error.message}.` : 'This is not JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, problem: 'Write an object: { … }.' };
  const fraction = findFraction(value);
  if (fraction !== undefined)
    return { ok: false, problem: `${fraction} is not a whole number. Write it as text: "${fraction}".` };
  return { ok: true, metadata: { ...(value as Metadata), ...named } };
}

function findFraction(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = findFraction(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
