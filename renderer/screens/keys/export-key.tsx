import type { ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { Link } from '../../parts/link.tsx';
import { Task } from '../../signing/task.tsx';

/**
 * Writes a copy of the key to a file on this machine, encrypted again. The confirming window asks for the passphrase.
 */
export function ExportKey({ identity: { key_id, name } }: { readonly identity: Identity }): ReactElement {
  return (
    <Task
      title={`Export ${name}, encrypted`}
      button="Export encrypted…"
      command={{ command: ['key', 'export'], operands: [key_id], options: { output: 'FILE' } }}
      next={
        <div className="row">
          <Link className="button" to={['keys', key_id]}>
            Back to {name}
          </Link>
        </div>
      }
      request={{ kind: 'export_key', key_id }}
    >
      <p className="soft">
        A copy of the key goes to a file in this node’s data directory, encrypted under a passphrase that the confirming
        window asks for. The key stays here too, and this page sees neither.
      </p>
      <p className="notice warn">
        <b>Anyone who has the file and the passphrase can sign as {name}.</b> Store them separately, and not on this
        machine.
      </p>
    </Task>
  );
}
