import { NAMESPACES, type Namespace } from '../../../src/ledger/state/records.ts';

export function isNamespace(text: string | undefined): text is Namespace {
  return NAMESPACES.some((namespace) => namespace === text);
}
