import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import { SEARCH_LENGTH_MAX } from '../../../src/base/limits.ts';

/** The names that a filter has in the address. */
export const FILTER_NAMES = [
  'text',
  'action',
  'signer',
  'env',
  'from_time',
  'to_time',
  'from_block',
  'to_block',
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** The filter that an address holds. What is not well-formed is left out. */
export function decodeFilter(query: URLSearchParams): AuditFilter {
  const actions = query.getAll('action').filter((action) => action !== '');
  return {
    ...(actions.length === 0 ? {} : { actions }),
    ...textField('signer', query.get('signer')),
    ...textField('env_id', query.get('env')),
    ...textField('text', query.get('text')),
    ...wholeField('from_time', query.get('from_time')),
    ...wholeField('to_time', query.get('to_time')),
    ...wholeField('from_block', query.get('from_block')),
    ...wholeField('to_block', query.get('to_block')),
  };
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.keys(filter).length > 0;
}

function textField<Name extends string>(name: Name, value: string | null): Partial<Record<Name, string>> {
  const text = value?.trim().slice(0, SEARCH_LENGTH_MAX) ?? '';
  return text === '' ? {} : ({ [name]: text } as Record<Name, string>);
}

function wholeField<Name extends string>(name: Name, value: string | null): Partial<Record<Name, number>> {
  return value !== null && /^\d{1,15}$/.test(value) ? ({ [name]: Number(value) } as Record<Name, number>) : {};
}
