import type { FakeElectron } from './fake-electron.ts';

/** As a person answers who reads: the word that is asked for, looked up in the fingerprint. */
export function read({ detail = '', buttons = [] }: FakeElectron['messageBoxes'][number]): number {
  const asked = Number(/choose word (\d+) of the fingerprint/.exec(detail)?.[1]);
  const words = [...detail.matchAll(/(?<=^Fingerprint: .*)\b(\d+) (\w+)/gm)].map(([, , word]) => word);
  return buttons.indexOf(words[asked - 1] ?? 'none');
}
