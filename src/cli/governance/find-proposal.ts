import { isHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { PAGE_ROWS_MAX } from '../../base/limits.ts';
import type { ContractClient } from '../session.ts';

const PREFIX_PATTERN = /^(?:0x)?[0-9a-f]{8,64}$/;

/**
 * The id of a proposal, given whole or by at least eight of its first digits. Ended ones count too: what two proposals
 * begin with, names neither.
 * @throws INPUT_INVALID, NOT_FOUND
 */
export async function findProposal(client: ContractClient, text: string): Promise<Hash> {
  const wanted = text.trim().toLowerCase();
  if (!PREFIX_PATTERN.test(wanted))
    throw new QuantumLockError('INPUT_INVALID', `"${text.slice(0, 80)}" is not a proposal's id`, {
      advice: 'Give the id, or at least its first 8 hex digits; `dm proposal list` shows them.',
    });
  const prefix = wanted.startsWith('0x') ? wanted : `0x${wanted}`;
  if (isHash(prefix)) return prefix;
  const found: Hash[] = [];
  for (const state of ['open', 'ended'] as const) {
    for (let offset: number | null = 0; offset !== null;) {
      const page: Awaited<ReturnType<typeof client.chain.proposals>> = await client.chain.proposals({
        state,
        offset,
        limit: PAGE_ROWS_MAX,
      });
      for (const { proposal_id } of page.proposals) if (proposal_id.startsWith(prefix)) found.push(proposal_id);
      offset = page.next_offset;
    }
  }
  const [first, second] = found;
  if (first === undefined) throw new QuantumLockError('NOT_FOUND', `there is no proposal ${prefix}…`);
  if (second === undefined) return first;
  throw new QuantumLockError('INPUT_INVALID', `${found.length} proposals begin with ${prefix}: ${first}, ${second}`, {
    advice: 'Give more digits of the one that you mean.',
  });
}
