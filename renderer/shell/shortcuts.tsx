import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import { shortcutKeys } from '../commands/command.ts';
import { useCommands } from '../commands/use-commands.ts';
import { useServices } from '../services.ts';
import { Overlay, OverlayHeading } from './overlay.tsx';

const LIST_KEYS = [
  ['↑ ↓', 'Move in a list'],
  ['Home End', 'First and last of a list'],
  ['Enter', 'Open'],
  ['x', 'Select an environment, to decide about several at once'],
  ['Esc', 'Go back'],
] as const;

export function Shortcuts(): ReactElement | null {
  const { page } = useServices();
  const commands = useCommands();
  const open = useStore(page, (state) => state.overlay === 'shortcuts');
  if (!open) return null;
  return (
    <Overlay label="Keyboard shortcuts" className="sheet shortcuts">
      <OverlayHeading title="Keyboard shortcuts" />
      <dl>
        {LIST_KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{what}</dt>
            <dd>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
        {commands.flatMap(({ id, title, shortcut }) =>
          shortcut === null ? (
            []
          ) : (
            <div key={id}>
              <dt>{title}</dt>
              <dd>
                {shortcutKeys(shortcut).map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dd>
            </div>
          ),
        )}
      </dl>
    </Overlay>
  );
}
