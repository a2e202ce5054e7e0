import type { ComponentType } from 'react';

import type { Command } from '../commands/command.ts';
import type { Where } from '../commands/where.ts';

/** A place in the navigation. Adding one is adding a folder with its `screen.ts`, and an entry in `screens.ts`. */
export interface Screen {
  /** The first segment of its address. */
  readonly id: string;
  readonly title: string;
  readonly group: 'main' | 'operate';
  /** Two keys, one after the other: `g o`. */
  readonly shortcut: string;
  readonly keywords: string;
  /** Its commands are there where it is. */
  readonly where?: Where;
  readonly component: ComponentType;
  /** Beside its name in the navigation: what needs the person there. */
  readonly badge?: ComponentType;
  /** What can be done here, in addition to going here. */
  readonly commands: readonly Command[];
}
