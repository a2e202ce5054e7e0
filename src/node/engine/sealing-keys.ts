import { QuantumLockError } from '../../base/errors.ts';
import type { StateAccess } from '../../ledger/state/access.ts';
import { reject, type Rejection } from '../../ledger/rejections.ts';
import type { NextKey, SealingKey } from '../chain/seal-block.ts';
import { readValidator } from '../../ledger/state/readers.ts';

/** The keys that this node can seal with: the one that the chain names now, and those that it may name next. */
export class SealingKeys {
  readonly validatorId: string;
  readonly #keys = new Map<string, NextKey>();

  constructor({ validatorId, ...key }: SealingKey) {
    this.validatorId = validatorId;
    this.add(key);
  }

  add(key: NextKey): void {
    this.#keys.set(key.publicKey, key);
  }

  /** Undefined where this node does not hold it. */
  find(publicKey: string): NextKey | undefined {
    return this.#keys.get(publicKey);
  }

  /** Forgets a key that is not the one in use. */
  drop(publicKey: string, state: Pick<StateAccess, 'get'>): void {
    if (this.at(state).publicKey === publicKey) return;
    this.#keys.get(publicKey)?.secret.fill(0);
    this.#keys.delete(publicKey);
  }

  /** The key that seals on this state. @throws KEY_NOT_FOUND */
  at(state: Pick<StateAccess, 'get'>): NextKey {
    const record = readValidator(state, this.validatorId);
    if (record?.status !== 'active')
      throw new QuantumLockError('KEY_NOT_FOUND', `${this.validatorId} is no longer a validator of this chain`, {
        advice: 'This node can read and verify; sealing continues where an active validator runs.',
      });
    const key = this.#keys.get(record.public_key);
    if (key === undefined)
      throw new QuantumLockError(
        'KEY_NOT_FOUND',
        `the chain names another key for ${this.validatorId}: ${record.public_key}`,
        { advice: 'Start the node where that key is kept, or import the key here (`dm key import`).' },
      );
    return key;
  }

  /** What a node that seals alone asks of every change: that it can continue after it. */
  readonly guard = (state: Pick<StateAccess, 'get'>): Rejection | null => {
    const record = readValidator(state, this.validatorId);
    if (record?.status !== 'active') return reject('NODE_CANNOT_SEAL', `${this.validatorId} would be no validator`);
    return this.#keys.has(record.public_key)
      ? null
      : reject('NODE_CANNOT_SEAL', `${this.validatorId} would seal with ${record.public_key}`);
  };

  /** Forgets every key but the one that the chain names now, once another has taken its place. */
  retire(state: Pick<StateAccess, 'get'>, before: string): void {
    const record = readValidator(state, this.validatorId);
    if (record !== undefined && record.public_key !== before) this.drop(before, state);
  }
}
