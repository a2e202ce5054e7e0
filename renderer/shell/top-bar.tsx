import type { ReactElement } from 'react';
import { useStore } from 'zustand';

import { shortcutKeys } from '../commands/command.ts';
import { IdentityLabel } from '../keys/identity-label.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { UNKNOWN } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useServices } from '../services.ts';
import { showTheme, nextTheme } from '../stores/appearance.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useConnection, useNode } from '../stores/use-stores.ts';
import { pillOf } from './pill.ts';
import { ThemeIcon } from './theme-icon.tsx';
import { UnlockedKey } from './unlocked-key.tsx';

export function TopBar(): ReactElement {
  const { page } = useServices();
  return (
    <header className="top">
      <Link to={['overview']} className="brand">
        Quantum-Lock <i>console</i>
      </Link>
      <button type="button" className="find" onClick={() => page.setState({ overlay: 'palette' })}>
        <span className="clip">Find a block, transaction, environment, command…</span>
        <kbd>{shortcutKeys('mod+k').join(' ')}</kbd>
      </button>
      <span className="grow" />
      <UnlockedKey />
      <HealthPill />
      <ThemeButton />
      <ActingIdentity />
    </header>
  );
}

function HealthPill(): ReactElement {
  const status = useNode((state) => state.status);
  const height = useNode((state) => state.height);
  const problem = useNode((state) => state.statusProblem);
  const isFile = useInspection() !== null;
  const connected = useConnection((state) => state.phase === 'online');
  const { tone, text, reasons } = pillOf({ connected, status, height, problem, isFile });
  return (
    <Link to={['overview']} className={`pill ${tone}`} title={reasons.join(' ')}>
      {text}
    </Link>
  );
}

function ThemeButton(): ReactElement {
  const { appearance } = useServices();
  const choice = useStore(appearance, (state) => state.choice);
  const next = nextTheme(choice);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Theme: ${choice}. Change to ${next}.`}
      title={`Theme: ${choice}`}
      onClick={() => showTheme(appearance, next)}
    >
      <ThemeIcon choice={choice} />
    </button>
  );
}

/** Opens the menu of identities, where anybody can act. */
function ActingIdentity(): ReactElement {
  const { page } = useServices();
  const acting = useNode((state) => state.keys?.identities.find((identity) => identity.acting));
  const isKnown = useNode((state) => state.keys !== null);
  const isFile = useInspection() !== null;
  if (isFile)
    return (
      <span className="who">
        <span>
          <b>Nobody acts</b>
          <small>a file is only read</small>
        </span>
      </span>
    );
  if (!isKnown)
    return (
      <Link to={['keys']} className="who">
        <span>
          <b>{UNKNOWN}</b>
          <small>identity not known</small>
        </span>
      </Link>
    );
  if (acting === undefined) {
    return (
      <Link to={['keys']} className="who">
        <span>
          <b>No identity</b>
          <small>choose one in Keys</small>
        </span>
      </Link>
    );
  }
  return (
    <button type="button" className="who" aria-haspopup="dialog" onClick={() => page.setState({ overlay: 'identity' })}>
      <Avatar publicKey={acting.public_key} />
      <span className="who-text">
        <span className="visually-hidden">Acting as </span>
        <IdentityLabel identity={acting} />
      </span>
    </button>
  );
}
