import type { ReactElement } from 'react';

import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { formatQuantity } from '../../../parts/format.ts';
import { Task } from '../../../signing/task.tsx';

/** Proposes that a validator seals no more. */
export function RemoveValidator({ validator }: { readonly validator: ValidatorView }): ReactElement {
  const { validator_id, blocks_sealed, is_here } = validator;
  return (
    <Task
      title={`Remove ${validator_id}`}
      button="Propose the removal…"
      command={{ command: ['validator', 'remove'], operands: [validator_id] }}
      next={null}
      request={{ kind: 'proposal', action: 'remove_validator', payload: { validator_id } }}
    >
      <p className="notice warn">
        <b>From the next block on, its seal is never valid again.</b> Its id and its key cannot be used again. The{' '}
        {blocks_sealed === null ? 'blocks' : formatQuantity(blocks_sealed, 'block')} that it sealed stay valid.
      </p>
      {is_here ? (
        <p className="notice warn">
          <b>It is this node that seals in its name.</b> If the chain has no other validator, the ledger refuses this.
        </p>
      ) : null}
      <p className="soft">
        To continue with another key, rotate the key instead: then sealing does not stop. Nothing changes before the
        removal is approved.
      </p>
    </Task>
  );
}
