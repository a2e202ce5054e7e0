import { ERROR_ADVICE } from '../../src/base/errors.ts';
import type { DeedInput, DeedOutcome } from '../../src/api/operator/deeds.ts';
import { FAKE_CHAIN } from './fake-values.ts';
import type { FakeNode } from './fake-node.ts';

/** What a person is asked for about this machine, and answers at once. */
export class FakeDeeds {
  refuses = false;
  readonly #node: FakeNode;
  readonly #asked = new Map<string, DeedInput>();

  constructor(node: FakeNode) {
    this.#node = node;
  }

  request(input: DeedInput): { readonly deed_id: string; readonly sentence: string; readonly confirm_url: null } {
    const deedId = `deed-${this.#asked.size + 1}`;
    this.#asked.set(deedId, input);
    return { deed_id: deedId, sentence: `Asks for ${input.deed}.`, confirm_url: null };
  }

  outcome(deedId: string): DeedOutcome {
    const input = this.#asked.get(deedId);
    if (input === undefined) return { outcome: 'expired' };
    return this.refuses ? { outcome: 'refused' } : this.#done(input);
  }

  #done(input: DeedInput): DeedOutcome {
    const node = this.#node;
    switch (input.deed) {
      case 'open_chain':
        return {
          outcome: 'failed',
          error: {
            code: 'DATA_DIR_EMPTY',
            message: `${input.path} holds no chain.`,
            advice: ERROR_ADVICE.DATA_DIR_EMPTY,
          },
        };
      case 'grant_folder':
      case 'repair_chain':
      case 'acknowledge_report':
      case 'restore_backup':
      case 'rehearse_backup':
      case 'add_backup_destination':
      case 'remove_backup_destination':
      case 'set_backup_schedule':
        break;
      case 'unlock_keys':
        node.problem = null;
        node.chain = { chain_id: FAKE_CHAIN.chain_id, genesis: FAKE_CHAIN.genesis, sandbox: false };
        break;
      case 'create_chain':
        node.chain = { chain_id: input.chain_id, genesis: FAKE_CHAIN.genesis, sandbox: input.sandbox };
        break;
      case 'create_key':
        return { outcome: 'done', key_id: node.addIdentity({ name: input.name, store: 'file' }).key_id };
      case 'import_key':
        return { outcome: 'done', key_id: node.addIdentity(input).key_id };
    }
    return { outcome: 'done', key_id: null };
  }
}
