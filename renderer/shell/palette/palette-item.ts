import type { SearchResult } from '../../../src/api/chain/audit.ts';
import type { Command } from '../../commands/command.ts';
import type { NameKind } from '../../names/names-beside.ts';
import { encodeLocation } from '../../router/location.ts';
import type { Services } from '../../services.ts';

/** A line of the palette: a thing on the chain to open, or a command to run. */
export interface PaletteItem {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** Whose name the title is; null where it is not a name. */
  readonly named: { readonly kind: NameKind; readonly id: string } | null;
  readonly subtitle: string;
  readonly shortcut: string | null;
  readonly run: (services: Services) => void | Promise<void>;
}

export function itemOfCommand(command: Command): PaletteItem {
  return {
    id: command.id,
    kind: 'command',
    title: command.title,
    named: null,
    subtitle: '',
    shortcut: command.shortcut,
    run: command.run,
  };
}

export function itemOfResult(result: SearchResult): PaletteItem {
  const address = addressOfResult(result);
  return {
    id: `${result.kind} ${result.id}`,
    kind: result.kind,
    title: result.title,
    named: namedIn(result),
    subtitle: result.subtitle,
    shortcut: null,
    run: ({ router }) => router.go(address),
  };
}

function namedIn({ kind, id }: SearchResult): PaletteItem['named'] {
  return kind === 'environment' || kind === 'member' ? { kind, id } : null;
}

function addressOfResult({ kind, id }: SearchResult): string {
  switch (kind) {
    case 'block':
      return encodeLocation(['explorer', 'block', id]);
    case 'transaction':
      return encodeLocation(['explorer', 'transaction', id]);
    case 'environment':
      return encodeLocation(['environments', id]);
    case 'member':
      return encodeLocation(['members', 'people', id]);
  }
}
