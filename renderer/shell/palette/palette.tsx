import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useStore } from 'zustand';

import { shortcutKeys } from '../../commands/command.ts';
import { Name } from '../../names/name.tsx';
import { nextIndex } from '../../parts/use-roving.ts';
import { useServices } from '../../services.ts';
import { Overlay } from '../overlay.tsx';
import type { PaletteItem } from './palette-item.ts';
import { usePaletteItems } from './use-palette-items.ts';

const PAGE_SIZE = 8;

export function Palette(): ReactElement | null {
  const { page } = useServices();
  const open = useStore(page, (state) => state.overlay === 'palette');
  return open ? (
    <Overlay label="Find anything" className="palette">
      <PaletteSearch />
    </Overlay>
  ) : null;
}

function PaletteSearch(): ReactElement {
  const services = useServices();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const { items, searching, problem } = usePaletteItems(text);
  const active = Math.min(chosen, items.length - 1);

  const run = (item: PaletteItem | undefined): void => {
    if (item === undefined) return;
    services.page.setState({ overlay: null });
    void item.run(services);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      run(items[active]);
      return;
    }
    if (event.key === 'Home' || event.key === 'End') return;
    const next = nextIndex(event.key, active, items.length, PAGE_SIZE);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
  };

  return (
    <>
      <input
        className="palette-input"
        // The dialog is opened to type in it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        role="combobox"
        aria-label="Find a block, transaction, environment, proposal, member or command"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        aria-autocomplete="list"
        placeholder="Find a block, transaction, environment, proposal, member, command…"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Results" className="palette-list">
        {items.map((item, index) => (
          <PaletteRow key={item.id} id={`${listId}-${index}`} item={item} active={index === active} onRun={run} />
        ))}
      </div>
      <p className="palette-note" role="status">
        {problem === undefined
          ? searching
            ? 'Searching the chain…'
            : items.length === 0
              ? `Nothing matches “${text}”.`
              : ''
          : problem.message}
      </p>
    </>
  );
}

function PaletteRow({
  id,
  item,
  active,
  onRun,
}: {
  readonly id: string;
  readonly item: PaletteItem;
  readonly active: boolean;
  readonly onRun: (item: PaletteItem) => void;
}): ReactElement {
  return (
    // The keyboard moves through the list from the input, as a combobox does.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={active}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' });
      }}
      onClick={() => onRun(item)}
    >
      <span className="palette-kind">{item.kind}</span>
      <span className="grow clip">
        <b>{item.named === null ? item.title : <Name {...item.named} name={item.title} />}</b>{' '}
        <span className="soft">{item.subtitle}</span>
      </span>
      {item.shortcut === null ? null : (
        <span aria-hidden="true">
          {shortcutKeys(item.shortcut).map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      )}
    </div>
  );
}
