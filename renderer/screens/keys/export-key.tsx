import { useState, type ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { Link } from '../../parts/link.tsx';
import { SigningPanel } from '../../signing/signing-panel.tsx';
import { Command } from '../../node-parts/command.tsx';

/** Writes a copy of the key to a file on this machine, encrypted anew. The confirming window asks for the passphrase. */
export function ExportKey({ identity: { key_id, name } }: { readonly identity: Identity }): ReactElement {
  const [asked, setAsked] = useState(false);
  if (asked)
    return (
      <SigningPanel
        request={{ kind: 'export_key', key_id }}
        onBack={() => setAsked(false)}
        next={
          <div className="row">
            <Link className="button" to={['keys', key_id]}>
              Back to {name}
            </Link>
          </div>
        }
      />
    );
  return (
    <form
      className="task-form"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
      }}
    >
      <h2>Export {name}, encrypted</h2>
      <p className="soft">
        A copy of the key goes to a file in this node’s data directory, encrypted under a passphrase that the confirming
        window asks for. The key stays here too, and this page sees neither.
      </p>
      <p className="notice warn">
        <b>Whoever has the file and the passphrase can sign as {name}.</b> Keep them apart, and away from this machine.
      </p>
      <div className="row">
        <button type="submit" className="button primary">
          Export encrypted…
        </button>
        <span className="faint grow">
          or <Command of={{ command: ['key', 'export'], operands: [key_id], options: { output: 'FILE' } }} />
        </span>
      </div>
    </form>
  );
}
