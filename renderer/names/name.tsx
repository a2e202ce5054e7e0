import type { ReactElement } from 'react';

import { shownText } from '../text/shown-text.ts';
import { alikeTitle, alikeWords } from './alike-words.ts';
import type { NameKind } from './names-beside.ts';
import { useAlike } from './use-alike.ts';

interface Props {
  readonly kind: NameKind;
  readonly id: string;
  /** Where it has one next to its id. */
  readonly name?: string | null | undefined;
}

/**
 * What somebody or something on the chain is called. Every place that shows such a name shows it by this, or by {@link
 * NameText}: if another name that looks like it is shown in any part of the page, both say so. With `byId` its id is
 * shown, and its name is compared anyway.
 */
export function Name({ kind, id, name, byId = false }: Props & { readonly byId?: boolean }): ReactElement {
  const named = { id, name: name ?? id };
  const alike = useAlike(kind, id, named.name);
  const shown = byId ? id : named.name;
  if (alike.length === 0) return <>{shown}</>;
  return (
    <span className="named">
      <span className="clip">{shown}</span>
      <span className="tag warn alike clip" title={alikeTitle(named, alike)}>
        {alikeWords(named, alike, byId)}
      </span>
    </span>
  );
}

/** The same where only a text can stand: in an `option`. */
export function NameText({ kind, id, name }: Props): string {
  const named = { id, name: name ?? id };
  const alike = useAlike(kind, id, named.name);
  return shownText(alike.length === 0 ? named.name : `${named.name} · ${alikeWords(named, alike, false)}`);
}
