import type { Payload } from '../../../signing/signing-step.ts';
import type { CommandParts } from '../../../../src/base/command-line.ts';

export type Metadata = Payload;

/** Metadata while it is being typed: two named fields, and the rest as JSON text. */
export interface MetadataDraft {
  readonly name: string;
  readonly description: string;
  readonly rest: string;
}

export const EMPTY_DRAFT: MetadataDraft = { name: '', description: '', rest: '' };

export function draftOf(metadata: Metadata): MetadataDraft {
  const { name, description, ...rest } = metadata;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    name: text(name),
    description: text(description),
    rest: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest, null, 2),
  };
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
    return JSON.stringify(JSON.parse(text));
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
    value = JSON.parse(rest);
  } catch {
    return { ok: false, problem: 'This is not JSON.' };
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
