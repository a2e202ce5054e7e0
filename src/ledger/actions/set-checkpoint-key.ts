import { z } from 'zod';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { Json } from '../../base/canonical.ts';
import { ed25519Key, signature } from '../../base/fields.ts';
import { defineAction } from '../governance/action.ts';
import { verifyCheckpointPossession } from '../governance/possession.ts';
import { reject } from '../rejections.ts';
import type { CheckpointKeyRecord } from '../state/records.ts';
import { CHECKPOINT_KEY, checkpointKeyPlace, readCheckpointKey, readCheckpointKeyRecord } from '../state/readers.ts';
import { GOVERNANCE } from './governance.ts';

/**
 * Names the Ed25519 key that signs checkpoints of the log, for witnesses and readers that know no other scheme. It signs the
 * log from the end of this block on; the key before it signs none of these any more, and is never named again.
 */
export const setCheckpointKey = defineAction({
  ...GOVERNANCE,
  subject: 'Naming the key that signs checkpoints',
  name: 'set_checkpoint_key',
  payload: z.strictObject({ public_key: ed25519Key, proof: signature }),
  title: () => 'Name the key that signs checkpoints',
  summarize: ({ public_key }) => `Named the key that signs checkpoints: ${fingerprintWords(public_key).join(' ')}.`,
  describe: (_, before) =>
    readCheckpointKey(before) === undefined
      ? 'Checkpoints of the log are signed with this key from this block on, for witnesses and for readers without this program.'
      : 'Checkpoints of the log are signed with a new key from this block on; the old key signs none of these.',
  warnings: ({ public_key }) => [
    `This key was never seen on this chain. Compare its fingerprint with the operator of the node that signs checkpoints by voice: ${fingerprintWords(public_key).join(' ')}.`,
    'Witnesses and readers that know the old key must be told about this one.',
  ],
  apply({ state, chain, timestamp, transactionId }, { public_key: publicKey, proof }) {
    const before = readCheckpointKey(state);
    if (readCheckpointKeyRecord(state, publicKey) !== undefined) return reject('KEY_TAKEN', publicKey);
    if (!verifyCheckpointPossession(chain, { publicKey, proof })) return reject('POSSESSION_INVALID', publicKey);
    const write = (record: CheckpointKeyRecord): void =>
      state.put('parameters', checkpointKeyPlace(record.public_key), record as unknown as Json);
    if (before !== undefined) write({ ...before, status: 'retired', retired_at: timestamp, retired_by: transactionId });
    write({
      public_key: publicKey,
      status: 'active',
      added_at: timestamp,
      added_by: transactionId,
      retired_at: null,
      retired_by: null,
      previous: before?.public_key ?? null,
    });
    state.put('parameters', CHECKPOINT_KEY, { public_key: publicKey });
    return null;
  },
});
